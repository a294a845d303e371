/** What changes take away, summed over a week: in slices, each below the limit, everything could go. */
import type { Difference } from "./difference";
import type { Limits } from "../model";
import { Rights, sum, type AccessState } from "./rights";
import { subjectLabel } from "../tree";

export interface Removal {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Of all rights there were, 0 to 1. */
  readonly share: number;
  /** As people and teams lose them. */
  readonly rights: number;
  /**
   * Of teams of which nobody said who is in them: how many rights each has lost, by team. Who can tell later weighs them by its
   * people. Default: there were none.
   */
  readonly unseen?: Readonly<Record<string, number>>;
}

/** Days. */
const removalWindow = 7;

/** Those of before that still count on a day. */
export function removalsSince(removals: readonly Removal[] | undefined, day: string): Removal[] {
  const first = Date.parse(day) - removalWindow * 86_400_000;
  return (removals ?? []).filter((one) => Date.parse(one.day) > first);
}

/** With what a change removes. */
export function removalsAfter(
  removals: readonly Removal[],
  { lost, lostShare }: Pick<Difference, "lost" | "lostShare">,
  day = "",
): Removal[] {
  if (lost.length === 0) return [...removals];
  const unseen: Record<string, number> = {};
  for (const { subject, more } of lost) if (more) unseen[subject.name] = (unseen[subject.name] ?? 0) + 1;
  const rights = sum(lost.map(({ people, more }) => Math.max(more ? 0 : 1, people.length)));
  const isSeen = Object.keys(unseen).length === 0;
  return [...removals, { day, share: lostShare, rights, ...(!isSeen && { unseen }) }];
}

/** So many rights may always go: in a small company one person is a large share. */
const alwaysAllowed = 20;

/** How much is gone. */
export interface Removed {
  /** 0 to 1, or more where something was given again meanwhile. */
  readonly share: number;
  readonly rights: number;
}

/** Whether more goes than may without a second person. */
export function tooMuch({ share, rights }: Removed, { removal }: Pick<Limits, "removal">): boolean {
  return share > removal && rights > alwaysAllowed;
}

/**
 * All of them together. The rights of a team of which nobody says who is in it count as a share of what that team had, and
 * as more than may always go: it may be everybody.
 *
 * @param before the last of them
 */
export function removedIn(removals: readonly Removal[], before: AccessState, after: AccessState): Removed {
  const unseen = new Map<string, number>();
  for (const [team, rights] of removals.flatMap((one) => Object.entries(one.unseen ?? {})))
    unseen.set(team, (unseen.get(team) ?? 0) + rights);
  const seen = {
    share: sum(removals.map(({ share }) => share)),
    rights: sum(removals.map(({ rights }) => rights)),
  };
  if (unseen.size === 0) return seen;
  const [old, now] = [new Rights(before), new Rights(after)];
  const all = sum(old.people().map((person) => old.ofPerson(person).size));
  const parts = [...unseen].map(([team, rights]): Removed => {
    const people = old.peopleIn(team);
    if (people === undefined) {
      const left = now.of(subjectLabel({ kind: "team", name: team })).size;
      return { share: rights / (left + rights), rights: alwaysAllowed + 1 };
    }
    const lost = rights * people.length;
    return { share: lost / (all + lost), rights: lost };
  });
  return {
    share: seen.share + Math.max(...parts.map(({ share }) => share)),
    rights: seen.rights + sum(parts.map(({ rights }) => rights)),
  };
}

/** @param part 0 to 1 */
export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
