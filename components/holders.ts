/** Who holds a permission, as the provider takes it, and what has to be there before. */
import type { Group } from "@pulumi/bitbucket";
import { type Holder } from "../access";
import type { Team } from "./team";
import type { ArgumentProblem } from "./validate";

/** The teams of the workspace, by the slugs of their groups. */
export type Teams = ReadonlyMap<string, Pick<Team, "bitbucketGroup">>;

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

/** The provider takes lists that may be changed. */
export function toHolder(holder: Holder): {
  group?: string;
  user?: string;
  permission: Holder["permission"];
} {
  return { ...holder };
}

/** The groups of these names; only those: a state in which each list waits for every team is many times as long. */
export function groupsOf(names: readonly (string | undefined)[], teams: Teams): readonly Group[] {
  return [...new Set(names)].flatMap((name) => teams.get(name ?? "")?.bitbucketGroup ?? []);
}
