/** What a change by its name is, and what it is found in. */
import type { Known } from "../known";
import { subjectLabel, Tree } from "../../tree";

/** One change, by its name. */
export interface NameChange {
  readonly kind:
    "renamed" | "moved" | "split" | "merged" | "dissolved" | "address" | "account" | "nobody was called so";
  /** Example: `team payments is renamed to payments-core`. */
  readonly what: string;
  /** What it means for rights. Example: `loses read on SHOP`. Empty: nothing. */
  readonly means: readonly string[];
}

/** A change, and whose rights come of it: labels of subjects, as `team payments`. */
export interface Named extends Pick<NameChange, "kind" | "what"> {
  readonly subjects: readonly string[];
  /** What it means, where that is not said by what these subjects gain and lose. */
  readonly means?: readonly string[];
}

/** Before and after, by the names of now; and the names of before, by those of now. */
export interface Sides {
  readonly before: Known;
  readonly after: Known;
  readonly then: Readonly<Record<"team" | "person", ReadonlyMap<string, string>>>;
}

/** A team and all below it, in either state, as labels. */
export function branchOf(team: string, { before, after }: Pick<Sides, "before" | "after">): string[] {
  const names = [before, after].flatMap(({ model }) => new Tree(model).withDescendants(team));
  return [...new Set(names)].map((name) => subjectLabel({ kind: "team", name }));
}
