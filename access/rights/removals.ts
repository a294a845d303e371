/** What changes take away, summed over a week: in slices, each below the limit, everything could go. */
import type { Difference } from "./difference";
import type { Limits } from "../model";

export interface Removal {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Of all rights there were, 0 to 1. */
  readonly share: number;
  /** As people and teams lose them. */
  readonly rights: number;
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
  const rights = lost.reduce((total, { people }) => total + Math.max(1, people.length), 0);
  return rights === 0 ? [...removals] : [...removals, { day, share: lostShare, rights }];
}

/** So many rights may always go: in a small company one person is a large share. */
const alwaysAllowed = 20;

/** Whether more goes than may without a second person. */
export function tooMuch(removals: readonly Removal[], { removal }: Pick<Limits, "removal">): boolean {
  const { share, rights } = removedIn(removals);
  return share > removal && rights > alwaysAllowed;
}

/** All of them together. */
export function removedIn(removals: readonly Removal[]): { readonly share: number; readonly rights: number } {
  return {
    share: removals.reduce((total, { share }) => total + share, 0),
    rights: removals.reduce((total, { rights }) => total + rights, 0),
  };
}
