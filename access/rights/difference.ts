/**
 * Who gains and who loses what between two states of the model. A diff of `access.yaml` does not say it: one line
 * that moves a team or adds a member changes what dozens of people can do, and many lines may change nothing.
 */
import type { Entitlement, Model, Subject } from "../model";
import { compare } from "../problem";
import { placedNow } from "./places";
import { aligned } from "./renames";
import { keyOf, Rights, sum, type AccessState } from "./rights";
import { subjectLabel, type Tree } from "../tree";
import { environmentOf, type Capability } from "../vocabulary";

export interface RightChange extends Entitlement {
  /**
   * User names of those for whom it makes a difference: who can do the same by another way is left out. Sorted;
   * empty for an agent.
   */
  readonly people: readonly string[];
  /** Only where the members of a team are not known: there may be more people than `people` names. */
  readonly more?: true;
}

export interface Difference {
  /** Most privileged first. What a team hands down to those below it is told once, of the team itself. */
  readonly gained: readonly RightChange[];
  readonly lost: readonly RightChange[];
  /** The same right, from now on granted rather than implied (or the reverse), or until another day. */
  readonly altered: readonly { readonly before: Entitlement; readonly after: Entitlement }[];
  /** How much of all rights, of people or of teams, is lost: the larger of both shares, 0 to 1. */
  readonly lostShare: number;
}

/** @param known undefined for a stack that was never brought up: everything is gained */
export function differenceOf(known: AccessState | undefined, declared: AccessState): Difference {
  const [before, after] = known ? aligned(placedNow(known, declared), declared) : [undefined, declared];
  const { entitlements: all, ...side } = before ?? {
    model: after.model,
    entitlements: [],
    members: () => [],
  };
  // What is observed from now on stays as it is, whoever declares it no longer.
  const now = new Rights(after);
  const entitlements = all.filter(
    (one) =>
      !now.tree.observes(one.target, "permissions") || now.of(subjectLabel(one.subject)).has(keyOf(one)),
  );
  const old = new Rights({ entitlements, ...side });
  const restricted = restrictedIn([side.model, after.model]);
  const altered = entitlements.flatMap((entry) => {
    const same = now.of(subjectLabel(entry.subject)).get(keyOf(entry));
    const isAltered = same !== undefined && (same.kind !== entry.kind || same.until !== entry.until);
    return isAltered ? [{ before: entry, after: same }] : [];
  });
  return {
    gained: inOrder(newTo(old, now), restricted),
    lost: inOrder(newTo(now, old), restricted),
    altered,
    lostShare: Math.max(
      share(
        entitlements.length,
        entitlements.filter((entry) => !now.of(subjectLabel(entry.subject)).has(keyOf(entry))).length,
      ),
      share(
        sum(old.people().map((person) => old.ofPerson(person).size)),
        sum(inGroups(old, now).map(({ people, extra }) => people.length * extra.length)),
      ),
    ),
  };
}

/** The environments that are restricted in any of the models: lifting a restriction must not hide who gains by it. */
export function restrictedIn(models: readonly Model[]): ReadonlySet<string> {
  return new Set(
    models.flatMap(({ environments }) => environments.filter((e) => e.restricted).map((e) => e.name)),
  );
}

/** 0: whoever holds it can lift every gate, or deploys where it counts. 1: merges. 2: the rest. */
export function privilegeOf(capability: Capability, restricted: ReadonlySet<string>): 0 | 1 | 2 {
  const environment = environmentOf(capability);
  if (capability === "administer" || (environment !== undefined && restricted.has(environment))) return 0;
  return capability === "merge" ? 1 : 2;
}

/** What the second has and the first lacks, by team and by person. */
function newTo(first: Rights, second: Rights): RightChange[] {
  const changes = new Map<string, RightChange & { people: string[] }>();
  const placeOf = (label: string, key: string) => `${label}\n${key}`;
  for (const [label, rights] of second.bySubject) {
    for (const [key, entitlement] of rights) {
      if (first.of(label).has(key)) continue;
      const unknown = entitlement.subject.kind === "team" && second.isUnknown(entitlement.subject.name);
      changes.set(placeOf(label, key), { ...entitlement, people: [], ...(unknown && { more: true }) });
    }
  }
  for (const { people, extra } of inGroups(second, first)) {
    for (const [key, ways] of extra) {
      const told = ways.flatMap(({ subject }) => changes.get(placeOf(subjectLabel(subject), key)) ?? []);
      for (const change of told) change.people.push(...people);
      const [way] = ways;
      if (told.length > 0 || way === undefined) continue;
      for (const name of people) {
        const subject: Subject = { kind: "person", name };
        const own = { ...way, subject, path: [name, ...way.path], people: [name] };
        changes.set(placeOf(subjectLabel(subject), key), own);
      }
    }
  }
  return folded(changes, second.tree, placeOf);
}

/** What somebody can do, each with every way to it. */
export type ByKey = ReadonlyMap<string, readonly Entitlement[]>;

/**
 * What people can do on the first side and not on the second. Thousands of people are in a few hundred sets of teams:
 * those who are in the same ones are looked at once.
 */
export function inGroups(
  has: Rights,
  lacks: Rights,
  differing: (first: ByKey, second: ByKey) => [key: string, ways: readonly Entitlement[]][] = missing,
): { people: string[]; extra: [key: string, ways: readonly Entitlement[]][] }[] {
  const groups = new Map<string, string[]>();
  for (const person of has.people()) {
    const group = [...has.sourcesOf(person), "", ...lacks.sourcesOf(person)].join("\n");
    groups.set(group, [...(groups.get(group) ?? []), person]);
  }
  return [...groups.values()].map((people) => {
    const [one = ""] = people;
    return { people, extra: differing(has.ofPerson(one), lacks.ofPerson(one)) };
  });
}

/** Leaves out what a team below another one gains only because that one does; its people are named there. */
function folded(
  changes: ReadonlyMap<string, RightChange & { people: string[] }>,
  tree: Tree,
  placeOf: (label: string, key: string) => string,
): RightChange[] {
  const kept: RightChange[] = [];
  const told = new Map([...changes].map(([place, change]) => [place, new Set(change.people)]));
  const unknown = new Set<string>();
  const aboveOf = ({ subject, ...change }: RightChange) => {
    const above = subject.kind === "team" ? tree.ancestors(subject.name) : [];
    const places = above.map((name) => placeOf(subjectLabel({ kind: "team", name }), keyOf(change)));
    return places.filter((place) => changes.has(place)).at(-1);
  };
  for (const change of changes.values()) {
    const top = aboveOf(change);
    if (top === undefined) continue;
    change.people.forEach((person) => told.get(top)?.add(person));
    if (change.more) unknown.add(top);
  }
  for (const [place, change] of changes) {
    if (aboveOf(change) !== undefined) continue;
    const people = [...(told.get(place) ?? [])].sort(compare);
    kept.push({ ...change, people, ...(unknown.has(place) && { more: true }) });
  }
  return kept;
}

function inOrder(changes: readonly RightChange[], restricted: ReadonlySet<string>): RightChange[] {
  const words = ({ subject, target, capability }: RightChange) =>
    [subjectLabel(subject), target, capability].join("\n");
  return [...changes].sort(
    (a, b) =>
      privilegeOf(a.capability, restricted) - privilegeOf(b.capability, restricted) ||
      compare(words(a), words(b)),
  );
}

/** The entries of the first whose key the second lacks. */
function missing<V>(first: ReadonlyMap<string, V>, second: ReadonlyMap<string, unknown>): [string, V][] {
  return [...first].filter(([key]) => !second.has(key));
}

function share(all: number, part: number): number {
  return all === 0 ? 0 : part / all;
}
