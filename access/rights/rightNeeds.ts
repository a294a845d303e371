/** The rights that a change gives, or gives for longer, and that somebody else has to approve. */
import type { Part } from "./need";
import type { Difference, RightChange } from "./difference";
import type { Prolonged } from "./prolonged";
import type { Stakes } from "./stakes";
import type { Entitlement, Model } from "../model";
import { sorted } from "../problem";
import { projectOf, subjectLabel, targetOf } from "../tree";
import { environmentOf } from "../vocabulary";

export function rightParts(
  { gained }: Difference,
  longer: readonly Prolonged[],
  stakes: Stakes,
  model: Model,
): Part[] {
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
  const deploys = new Set(
    [...gained, ...longer.map(({ after }) => after)]
      .filter(({ capability, target }) => environmentOf(capability) && stakes.projectsOf(capability, target))
      .map(placeOfRight),
  );
  // Whoever deploys where administrators alone do so is asked about that.
  const isSaid = (change: RightChange) =>
    change.capability === "administer" && deploys.has(placeOfRight(change));
  for (const change of gained) if (!isSaid(change)) add("gains", change);
  for (const { before, after } of longer) {
    const verb = `keeps until ${after.until ?? "it is taken away"} instead of ${before}`;
    if (!isSaid(after)) add(verb, after);
  }
  return [...groups].map(([key, { projects, changes }]): Part => ({
    reason: `${key.split("\n", 1)[0] ?? ""} on ${placesOf(
      changes.map(({ target }) => target),
      model,
    ).join(", ")}`,
    projects: sorted(new Set(projects)),
    gainers: changes.flatMap(({ people }) => people),
    atoms: changes.flatMap(atomsOf),
    ...(changes.some(({ more }) => more) && { unknown: true }),
  }));
}

const placeOfRight = ({ subject, target }: Pick<Entitlement, "subject" | "target">): string =>
  `${subjectLabel(subject)}\n${target}`;

/** One for each person whom a right reaches, or for whoever will be in the team. */
function atomsOf({ subject, capability, target, people, until = "" }: RightChange): string[] {
  const names = people.length === 0 ? [""] : people;
  return names.map((name) =>
    JSON.stringify(["right", subjectLabel(subject), capability, target, name, until]),
  );
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
