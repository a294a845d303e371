/** What each team and each person can do in one state of things, and by which ways. */
import type { Entitlement, Model } from "../model";
import { compare } from "../problem";
import { subjectLabel, Tree } from "../tree";

/** The people in a team itself, not in those below it; undefined where nobody could say. */
export type Members = (team: string) => readonly string[] | undefined;

/** One state of things. */
export interface AccessState {
  readonly model: Model;
  /** Those of the model at the moment it is evaluated at. */
  readonly entitlements: readonly Entitlement[];
  readonly members: Members;
}

/** Rights by subject and by person, looked up by `keyOf`. */
export class Rights {
  readonly bySubject = new Map<string, Map<string, Entitlement>>();
  readonly tree: Tree;
  private readonly teamsOf = new Map<string, string[]>();
  private readonly unknown = new Set<string>();
  private readonly ofSources = new Map<string, ReadonlyMap<string, readonly Entitlement[]>>();

  constructor({ model, entitlements, members }: AccessState) {
    this.tree = new Tree(model);
    for (const entitlement of entitlements) {
      const label = subjectLabel(entitlement.subject);
      const rights = this.bySubject.get(label) ?? new Map<string, Entitlement>();
      this.bySubject.set(label, rights.set(keyOf(entitlement), entitlement));
      if (entitlement.subject.kind === "person") this.teamsOf.set(entitlement.subject.name, []);
    }
    for (const team of this.tree.teams.keys()) {
      const people = members(team);
      if (people === undefined) this.unknown.add(team);
      for (const person of people ?? [])
        this.teamsOf.set(person, [...(this.teamsOf.get(person) ?? []), team]);
    }
  }

  of(label: string): ReadonlyMap<string, Entitlement> {
    return this.bySubject.get(label) ?? new Map();
  }

  isUnknown(team: string): boolean {
    return this.unknown.has(team);
  }

  /** Those in a team and in the teams below it; undefined where nobody could say of one. */
  peopleIn(team: string): string[] | undefined {
    const teams = this.tree.withDescendants(team);
    if (teams.some((one) => this.unknown.has(one))) return undefined;
    return [...this.teamsOf].flatMap(([person, own]) =>
      own.some((one) => teams.includes(one)) ? [person] : [],
    );
  }

  /** Those who have any right, or are in any team. */
  people(): string[] {
    return [...this.teamsOf.keys()].sort(compare);
  }

  /** The subjects by which a person can do something: their teams, and they themselves. */
  sourcesOf(person: string): string[] {
    const self = subjectLabel({ kind: "person", name: person });
    const teams = (this.teamsOf.get(person) ?? []).map((name) => subjectLabel({ kind: "team", name }));
    return [self, ...teams].filter((label) => this.bySubject.has(label));
  }

  /** What a person can do, each with every way to it. */
  ofPerson(person: string): ReadonlyMap<string, readonly Entitlement[]> {
    const sources = this.sourcesOf(person);
    const known = this.ofSources.get(sources.join("\n"));
    if (known !== undefined) return known;
    const all = new Map<string, Entitlement[]>();
    for (const [key, entitlement] of sources.flatMap((label) => [...this.of(label)])) {
      const ways = all.get(key);
      if (ways === undefined) all.set(key, [entitlement]);
      else ways.push(entitlement);
    }
    this.ofSources.set(sources.join("\n"), all);
    return all;
  }
}

/** What a right is about, whoever holds it. */
export function keyOf({ capability, target }: Pick<Entitlement, "capability" | "target">): string {
  return `${capability}\n${target}`;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
