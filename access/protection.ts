/**
 * What a protected branch is in Bitbucket: several restrictions of one pattern, none of which is enough alone.
 * `restrict_merges` without `push` would let every writer get round it; without `force` and `delete` the
 * history it guards could be rewritten.
 */
import type { DesiredBranch } from "./model";
import type { Plan } from "./vocabulary";

/** One branch restriction (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/). */
export interface Restriction {
  readonly kind:
    | "push"
    | "restrict_merges"
    | "force"
    | "delete"
    | "require_approvals_to_merge"
    | "require_passing_builds_to_merge"
    | "enforce_merge_checks";
  /** Glob of branch names. */
  readonly pattern: string;
  /** Only for `push` and `restrict_merges`: the only ones who may. Both lists empty: nobody may. */
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
  /** Only for the kinds that count. */
  readonly value?: number;
}

/**
 * The restrictions that protect a branch.
 *
 * @param plan on `premium`, merge checks are enforced; on the others Bitbucket only warns about them
 */
export function restrictionsOf(branch: DesiredBranch, plan: Plan): Restriction[] {
  const { pattern, approvals, builds, mergers } = branch;
  const restrictions: Restriction[] = [
    { kind: "push", pattern, groups: [], users: [] },
    { kind: "restrict_merges", pattern, groups: mergers.groups, users: mergers.users },
    { kind: "force", pattern },
    { kind: "delete", pattern },
  ];
  if (approvals > 0) restrictions.push({ kind: "require_approvals_to_merge", pattern, value: approvals });
  if (builds > 0) restrictions.push({ kind: "require_passing_builds_to_merge", pattern, value: builds });
  const checks = approvals > 0 || builds > 0;
  if (checks && plan === "premium") restrictions.push({ kind: "enforce_merge_checks", pattern });
  return restrictions;
}
