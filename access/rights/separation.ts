/**
 * What nobody may be able to do all at once. Evaluated on what Bitbucket then really allows, granted and implied, of each
 * person over all teams and grants of theirs: two harmless teams can be one harmful person.
 */
import type { Entitlement, Model, Separation, Side, Subject, Target } from "../model";
import { compare } from "../problem";
import { grouped, projectOf, subjectLabel, Tree } from "../tree";

/** Somebody who can do what is never together. */
export interface Violation {
  /** Index into `separations` of the model. */
  readonly rule: number;
  readonly subject: Subject;
  /** How they can do each side, in the order of the rule. */
  readonly ways: readonly Entitlement[];
}

/**
 * Who breaks a rule, once for each rule and subject, sorted. People stand for themselves, over all of their teams;
 * a team is named only where nobody is known to be in it.
 *
 * @param entitlements those of the model
 * @param members the people in a team itself. Default: those that the file declares
 */
export function violationsOf(
  model: Model,
  entitlements: readonly Entitlement[],
  members: (team: string) => readonly string[] = declaredMembers(model),
): Violation[] {
  if (model.separations.length === 0) return [];
  const named = new Set(model.separations.flatMap(({ sides }) => sides.map(({ can }) => can)));
  const relevant = entitlements.filter(({ capability }) => named.has(capability));
  const tree = new Tree(model);
  return [...heldBy(relevant, members)]
    .flatMap(([label, { subject, held }]) =>
      model.separations.flatMap((separation, rule): (Violation & { label: string })[] => {
        const ways = isComplete(separation) ? waysOf(separation, held, tree) : undefined;
        return ways === undefined ? [] : [{ label, rule, subject, ways }];
      }),
    )
    .sort((a, b) => a.rule - b.rule || compare(a.label, b.label))
    .map(({ rule, subject, ways }) => ({ rule, subject, ways }));
}

/** Whether a rule has two sides at least: of nothing everybody holds all. */
export function isComplete({ sides }: Separation): boolean {
  return sides.length >= 2;
}

function declaredMembers(model: Model): (team: string) => readonly string[] {
  const members = new Map(model.teams.map((team) => [team.name, team.members ?? []]));
  return (team) => members.get(team) ?? [];
}

interface Holder {
  readonly subject: Subject;
  readonly held: Entitlement[];
}

/** What each person holds by all of their teams; what a team without known people, or an agent, holds. */
function heldBy(
  entitlements: readonly Entitlement[],
  members: (team: string) => readonly string[],
): Map<string, Holder> {
  const holders = new Map<string, Holder>();
  for (const [, held] of grouped(entitlements, ({ subject }) => subjectLabel(subject))) {
    const subject = held[0]?.subject;
    if (subject === undefined) continue;
    const people = subject.kind === "team" ? members(subject.name) : [];
    const all = people.length > 0 ? people.map((name): Subject => ({ kind: "person", name })) : [subject];
    for (const one of all) {
      const holder = holders.get(subjectLabel(one)) ?? { subject: one, held: [] };
      for (const entitlement of held) holder.held.push(entitlement);
      holders.set(subjectLabel(one), holder);
    }
  }
  return holders;
}

/** How somebody holds every side of a rule; undefined if there is one that they do not. */
function waysOf(
  { sides, on }: Separation,
  held: readonly Entitlement[],
  tree: Tree,
): Entitlement[] | undefined {
  const elsewhere = new Map<Side, Entitlement | undefined>(
    sides.flatMap((side) =>
      side.on === undefined
        ? []
        : [[side, held.find((one) => one.capability === side.can && within(one.target, side.on, tree))]],
    ),
  );
  if ([...elsewhere.values()].includes(undefined)) return undefined;
  const here = sides.filter((side) => side.on === undefined);
  const placed = held.filter(({ target }) => within(target, on, tree));
  const candidates =
    here.length === 0 ? [""] : [...new Set(placed.map(({ target }) => target))].sort(compare);
  for (const target of candidates) {
    const ways = sides.map(
      (side) =>
        elsewhere.get(side) ?? placed.find((one) => one.target === target && one.capability === side.can),
    );
    if (ways.every((way) => way !== undefined)) return ways;
  }
  return undefined;
}

/** Whether a repository is one of the targets, or in one of them. */
function within(repository: Target, on: readonly Target[] | undefined, tree: Tree): boolean {
  return (
    on === undefined ||
    on.includes(repository) ||
    (tree.projects.has(projectOf(repository)) && on.includes(projectOf(repository)))
  );
}
