/** Who holds a permission, as the provider takes it, and what has to be there before. */
import type { Group } from "@pulumi/bitbucket";
import type { Input } from "@pulumi/pulumi";
import { type Holder } from "../access";
import type { ArgumentProblem } from "./validate";

/** The groups of the workspace, by their slugs. */
export type Groups = ReadonlyMap<string, Group>;

/** What is wrong with a list of holders: each is one group or one user. */
export function holderProblem(path: string, holders: readonly Holder[]): ArgumentProblem | undefined {
  const wrong = holders.filter(({ group, user }) => (group === undefined) === (user === undefined));
  if (wrong.length === 0) return undefined;
  return {
    path: `${path}: holders`,
    found: JSON.stringify(wrong),
    allowed: "a group or a user, and never both",
    fix: "name one of them",
  };
}

/** Whether whoever answers for an account, by its UUID, can sign in no more. */
export type IsGone = (account: string) => Promise<boolean>;

/** Those who can still sign in, as lists that may be changed. A group's people are another's to say. */
export function present(holders: readonly Holder[], isGone?: IsGone): Input<Present[]> {
  const own = holders.map((holder): Present => ({ ...holder }));
  if (isGone === undefined || own.every(({ user }) => user === undefined)) return own;
  const asked = own.map(({ user }) => (user === undefined ? Promise.resolve(false) : isGone(user)));
  return Promise.all(asked).then((gone) => own.filter((_, index) => gone[index] !== true));
}

interface Present {
  group?: string;
  user?: string;
  permission: Holder["permission"];
}

/** The groups of these names; only those: a state in which each list waits for every team is many times as long. */
export function groupsOf(names: readonly (string | undefined)[], groups: Groups): readonly Group[] {
  return [...new Set(names)].flatMap((name) => groups.get(name ?? "") ?? []);
}
