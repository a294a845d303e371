/** Repositories that are declared in another project: the same one, at another place. */
import { Rights } from "../rights";
import { compare, sorted } from "../../problem";
import type { Repository, Subject } from "../../model";
import { targetOf } from "../../tree";
import type { Named, Sides } from "./change";

/** By its slug, which is unique in a workspace. */
function movedRepositories({ before, after }: Pick<Sides, "before" | "after">): {
  readonly from: Repository;
  readonly to: Repository;
}[] {
  const old = new Map(before.model.repositories.map((one) => [one.slug, one]));
  return after.model.repositories.flatMap((to) => {
    const from = old.get(to.slug);
    return from === undefined || from.project === to.project ? [] : [{ from, to }];
  });
}

/** @param sides the rights of before at the places of after */
export function repositoryNames({ before, after }: Pick<Sides, "before" | "after">): Named[] {
  const moves = movedRepositories({ before, after });
  if (moves.length === 0) return [];
  const [old, now] = [new Rights(before), new Rights(after)];
  return moves.map(({ from, to }): Named => {
    const [was, is] = [holdersOf(old, targetOf(to)), holdersOf(now, targetOf(to))];
    const lines = (verb: string, first: Holders, second: Holders) =>
      [...first].flatMap(([who, rights]) => {
        const own = [...rights].filter((one) => second.get(who)?.has(one) !== true);
        return own.length === 0 ? [] : [`${who} ${verb} ${sorted(own).join(", ")}`];
      });
    return {
      kind: "moved",
      what: `repository ${to.slug} moves from project ${from.project} to ${to.project}`,
      subjects: [],
      means: [...lines("gains", is, was), ...lines("loses", was, is)],
    };
  });
}

type Holders = ReadonlyMap<string, ReadonlySet<string>>;

/** Capabilities on one repository: of each person, of agents, and of teams of which nobody knows who is in them. Sorted. */
function holdersOf(rights: Rights, target: string): Holders {
  const held = new Map<string, Set<string>>();
  const add = (who: string, capability: string) =>
    held.set(who, (held.get(who) ?? new Set<string>()).add(capability));
  for (const person of rights.people())
    for (const ways of rights.ofPerson(person).values())
      for (const { capability, target: at } of ways.slice(0, 1)) if (at === target) add(person, capability);
  const isOpen = ({ kind, name }: Subject) => kind === "team" && rights.isUnknown(name);
  for (const [label, own] of rights.bySubject)
    for (const { subject, capability, target: at } of own.values())
      if (at === target && (subject.kind === "agent" || isOpen(subject))) add(label, capability);
  return new Map([...held].sort(([a], [b]) => compare(a, b)));
}
