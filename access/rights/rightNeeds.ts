/** The rights that a change gives, or gives for longer, and that somebody else has to approve. */
import type { Part } from "./need";
import type { RightChange } from "./difference";
import { identitiesOf } from "./identities";
import type { LongerRight } from "./longer";
import type { Stakes } from "./stakes";
import type { Entitlement, Model, Subject } from "../model";
import { sorted } from "../problem";
import { projectOf, subjectLabel, targetOf } from "../tree";
import { endOf } from "../until";
import { environmentOf } from "../vocabulary";

export function rightParts(
  gained: readonly RightChange[],
  longer: readonly LongerRight[],
  stakes: Stakes,
  model: Model,
): Part[] {
  const identity = identitiesOf(model);
  const groups = new Map<string, { projects: string[]; changes: RightChange[] }>();
  const add = (verb: string, change: RightChange) => {
    const { subject, capability, target } = change;
    const projects = stakes.projectsOf(capability, target);
    if (projects === undefined) return;
    const reason = `${subjectLabel(subject)} ${verb} ${capability}`;
    const key = projects.length === 0 ? `${reason}\ncompany` : reason;
    const group = groups.get(key) ?? { projects: [], changes: [] };
    group.projects.push(...projects);
    group.changes.push(change);
    groups.set(key, group);
  };
  const deploys = new Map<string, string[]>();
  for (const change of [...gained, ...longer.map(({ after }) => after)]) {
    const { capability, target, people } = change;
    if (environmentOf(capability) === undefined || !stakes.projectsOf(capability, target)) continue;
    deploys.set(placeOfRight(change), [...(deploys.get(placeOfRight(change)) ?? []), ...people]);
  }
  // Whoever deploys where administrators alone do so is asked about that.
  const isSaid = (change: RightChange) => {
    const said = change.capability === "administer" ? deploys.get(placeOfRight(change)) : undefined;
    return said !== undefined && change.people.every((name) => said.includes(name));
  };
  for (const change of gained) if (!isSaid(change)) add("gains", change);
  for (const { after, until } of longer) {
    const verb = `keeps until ${after.until ?? "it is taken away"} instead of ${until}`;
    if (!isSaid(after)) add(verb, after);
  }
  return [...groups].map(([key, { projects, changes }]): Part => ({
    reason: `${key.split("\n", 1)[0] ?? ""} on ${placesOf(
      changes.map(({ target }) => target),
      model,
    ).join(", ")}`,
    projects: sorted(new Set(projects)),
    gainers: changes.flatMap(({ people }) => people),
    atoms: changes.flatMap((change) => atomsOf(change, identity)),
    ...(changes.some(({ more }) => more) && { unknown: true }),
  }));
}

const placeOfRight = ({ subject, target }: Pick<Entitlement, "subject" | "target">): string =>
  `${subjectLabel(subject)}\n${target}`;

/** One for each person whom a right reaches, and who that is, or for whoever will be in the team. */
function atomsOf(
  { subject, capability, target, people, until = "" }: RightChange,
  identity: (subject: Subject) => string,
): string[] {
  const reached = people.length === 0 ? [subject] : people.map((name): Subject => ({ kind: "person", name }));
  return reached.map((one) =>
    JSON.stringify(["right", subjectLabel(subject), capability, target, one.name, identity(one), until]),
  );
}

/**
 * Tells whether atoms hold another one: just that, or the same right for longer. Whoever shortens what somebody else gave
 * did not give it.
 */
export function holding(atoms: readonly string[]): (atom: string) => boolean {
  const last = new Map<string, number>();
  for (const [about, end] of atoms.map(lastingOf)) last.set(about, Math.max(last.get(about) ?? 0, end));
  return (atom) => {
    const [about, end] = lastingOf(atom);
    return (last.get(about) ?? -1) >= end;
  };
}

/** What an atom is about, and the end of a right. */
function lastingOf(atom: string): readonly [about: string, end: number] {
  const parts = JSON.parse(atom) as readonly string[];
  if (parts[0] !== "right") return [atom, 0];
  return [JSON.stringify(parts.slice(0, -1)), endOf(parts.at(-1) || undefined)];
}

/** The repositories by name; where all of a project are meant, the project: `["PAY", "SHOP/shop-web"]`. */
export function placesOf(targets: readonly string[], { repositories }: Model): string[] {
  const all = new Map<string, number>();
  for (const repository of repositories) {
    const key = projectOf(targetOf(repository));
    all.set(key, (all.get(key) ?? 0) + 1);
  }
  const byProject = new Map<string, string[]>();
  for (const target of sorted(new Set(targets))) {
    const key = projectOf(target);
    byProject.set(key, [...(byProject.get(key) ?? []), target]);
  }
  return [...byProject].flatMap(([key, found]) =>
    found.length > 1 && found.length === all.get(key) ? [key] : found,
  );
}
