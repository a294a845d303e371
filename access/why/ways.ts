/** By which ways somebody can do something: each grant by itself, since what follows from several is what follows from each. */
import type { Entitlement, Grant, Model, Subject, Target } from "../model";
import type { Place, Positions } from "../file/positions";
import type { Path } from "../file/source";
import { entitlementsOf, preference } from "../rights/entitlements";
import type { Members } from "../rights/rights";
import { compare } from "../problem";
import { projectOf, subjectLabel, targetOf, Tree } from "../tree";
import { isActive } from "../until";
import { meaningOf, permissions, type Capability } from "../vocabulary";

export interface Way {
  readonly kind: Entitlement["kind"];
  /** From the subject on: `dora → payments → PAY → write`. */
  readonly path: readonly string[];
  /** Who was granted it: an index into `grants` of the model, and the grant. */
  readonly index: number;
  readonly grant: Grant;
  /** From the team that the person is in up to the one that was granted it; none where it was not a team. */
  readonly teams: readonly string[];
}

/** What a subject has rights by: a person's teams as well. */
export function sourcesOf(subject: Subject, model: Model, members: Members): Subject[] {
  if (subject.kind !== "person") return [subject];
  const teams = model.teams.filter(({ name }) => members(name)?.includes(subject.name));
  return [subject, ...teams.map(({ name }): Subject => ({ kind: "team", name }))];
}

/** What is asked about: one subject, one capability, one repository. */
export interface Right {
  readonly subject: Subject;
  readonly capability: Capability;
  readonly target: Target;
}

/**
 * Every way, the one that says most first: granted, not implied; to the latest day; the shortest.
 *
 * @param isMeant which grants count. Default: those that are active
 */
export function waysTo(
  { subject, capability, target }: Right,
  model: Model,
  asOf: Date,
  members: Members,
  isMeant: (grant: Grant) => boolean = (grant) => isActive(grant, asOf),
): Way[] {
  const tree = new Tree(model);
  const sources = new Set(sourcesOf(subject, model, members).map(subjectLabel));
  const found = model.grants.flatMap((grant, index) => {
    const isThere = grant.on.some((place) => place === target || place === projectOf(target));
    const reaches = tree.reach(grant.subject).some((one) => sources.has(subjectLabel(one)));
    if (!isMeant(grant) || !isThere || !reaches) return [];
    const { until, ...lasting } = grant;
    return entitlementsOf({ ...model, grants: [lasting] }, asOf)
      .filter(
        (one) =>
          one.target === target && one.capability === capability && sources.has(subjectLabel(one.subject)),
      )
      .map((one) => ({ one: { ...one, ...(until !== undefined && { until }) }, index, grant }));
  });
  return found
    .sort((a, b) => preference(a.one, b.one) || compare(a.one.subject.name, b.one.subject.name))
    .map(({ one, index, grant }) => ({
      kind: one.kind,
      path: one.subject.kind === subject.kind ? one.path : [subject.name, ...one.path],
      index,
      grant,
      teams: one.subject.kind === "team" ? tree.pathUp(one.subject.name, grant.subject.name) : [],
    }));
}

/** What a way rests on: without it, it is none. */
export interface Link extends Place {
  /** Example: `dora is in team payments`. */
  readonly what: string;
  /** All lines that say it, from 1; none where the text is not known. */
  readonly lines: readonly number[];
}

/** What `access.yaml` says that a way consists of, from the subject on. */
export function linksOf(
  way: Way,
  { subject, capability, target }: Right,
  model: Model,
  at: Positions,
): Link[] {
  const tree = new Tree(model);
  const link = (what: string, ...places: Place[]): Link[] => {
    const [first = { file: at.file, path: "" }] = places;
    return [{ what, ...first, lines: [...new Set(places.flatMap(({ line }) => line ?? []))] }];
  };
  const teamAt = (name: string): Path => ["teams", model.teams.findIndex((team) => team.name === name)];
  const [own = "", ...above] = way.teams;
  const member = tree.teams.get(own)?.members?.indexOf(subject.name) ?? -1;
  const { subject: who, can, on } = way.grant;
  const given = way.kind === "granted" ? capability : strongest(can, tree);
  const named = on.find((place) => way.path.includes(place)) ?? target;
  const grant: Path = ["grants", way.index];
  return [
    ...(subject.kind === "person" && member >= 0
      ? link(`${subject.name} is in team ${own}`, at.at([...teamAt(own), "members", member]))
      : []),
    ...above.flatMap((parent, index) => {
      const team = way.teams[index] ?? "";
      return link(`team ${team} is within ${parent}`, at.at(teamAt(team), "key"));
    }),
    ...link(
      `${subjectLabel(who)} can ${given} on ${named}`,
      at.at([...grant, "subject"]),
      at.at([...grant, "can", can.indexOf(given)]),
      at.at([...grant, "on", on.indexOf(named)]),
    ),
    ...(named === target
      ? []
      : link(
          `${target} is in ${named}`,
          at.at(["repositories", model.repositories.findIndex((one) => targetOf(one) === target)], "key"),
        )),
  ];
}

/** Of what a grant gives, what the rest follows from. */
function strongest(can: readonly Capability[], tree: Tree): Capability {
  const rank = (one: Capability) => permissions.indexOf(meaningOf(one, tree.isRestricted).permission);
  return can.reduce((best, one) => (rank(one) > rank(best) ? one : best));
}
