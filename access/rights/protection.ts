/**
 * What a protected branch is in Bitbucket: several restrictions of one pattern, none of which is enough alone.
 * `restrict_merges` without `push` would let every writer get round it; without `force` and `delete` the
 * history it guards could be rewritten.
 */
import { rulesOf, type RestrictionKind } from "../mergeRules";
import type { DesiredBranch } from "../model";
import type { Plan } from "../vocabulary";

/** One branch restriction (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/). */
export interface Restriction {
  readonly kind: RestrictionKind;
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
 * @param plan merge checks are enforced on `premium` only; a file that wants them enforced elsewhere does not pass
 *   `validate`
 */
export function restrictionsOf(branch: DesiredBranch, plan: Plan): Restriction[] {
  const { pattern, rules, enforced, mergers } = branch;
  const held = rulesOf(rules);
  const enforces = enforced && plan === "premium" && held.some(({ rule }) => rule.holdsBack);
  return [
    { kind: "push", pattern, groups: [], users: [] },
    { kind: "restrict_merges", pattern, groups: mergers.groups, users: mergers.users },
    { kind: "force", pattern },
    { kind: "delete", pattern },
    ...held.map(({ rule: { kind }, value }) => ({ kind, pattern, ...(value !== undefined && { value }) })),
    ...(enforces ? [{ kind: "enforce_merge_checks", pattern } as const] : []),
  ];
}
