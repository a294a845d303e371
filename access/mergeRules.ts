/**
 * What a merge into a protected branch may have to wait for: the words of `access.yaml`, each of which is exactly one
 * kind of branch restriction in Bitbucket. This is the one table of them; schema, checks and compilation read it.
 *
 * Below Premium, Bitbucket shows these checks to people and lets them merge all the same; what it does not even
 * show there is `premium` in the table
 * (https://support.atlassian.com/bitbucket-cloud/docs/suggest-or-require-checks-before-a-merge/).
 */
import type { Plan } from "./vocabulary";

/** Kind of branch restriction (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/). */
export type RestrictionKind =
  "push" | "restrict_merges" | "force" | "delete" | "enforce_merge_checks" | MergeRuleKind;

type MergeRuleKind =
  | "require_approvals_to_merge"
  | "require_review_group_approvals_to_merge"
  | "require_default_reviewer_approvals_to_merge"
  | "require_passing_builds_to_merge"
  | "require_commits_behind"
  | "require_no_changes_requested"
  | "require_tasks_to_be_completed"
  | "require_all_comments_resolved"
  | "require_all_dependencies_merged"
  | "reset_pullrequest_approvals_on_change"
  | "smart_reset_pullrequest_approvals"
  | "reset_pullrequest_changes_requested_on_change"
  | "allow_auto_merge_when_builds_pass";

interface Rule {
  readonly kind: MergeRuleKind;
  /** Whether it says how many, or only that it holds. */
  readonly counts: boolean;
  /** Whether a merge may have to wait for it; the others only change how a pull request behaves. */
  readonly holdsBack: boolean;
  /** The least plan that knows it at all. */
  readonly plan: Plan;
  /** What it wants, in a few words. */
  readonly words: string;
}

const counted = (kind: MergeRuleKind, words: string) =>
  ({ kind, counts: true, holdsBack: true, plan: "free", words }) as const;
const asked = (kind: MergeRuleKind, words: string) =>
  ({ kind, counts: false, holdsBack: true, plan: "free", words }) as const;
const premium = (kind: MergeRuleKind, words: string) =>
  ({ kind, counts: false, holdsBack: false, plan: "premium", words }) as const;

/** By the word of the file, in the order in which restrictions are placed. */
export const mergeRules = {
  approvals: counted("require_approvals_to_merge", "approvals by anybody but the author"),
  reviewGroupApprovals: counted(
    "require_review_group_approvals_to_merge",
    "approvals by each review group of the repository",
  ),
  defaultReviewerApprovals: counted(
    "require_default_reviewer_approvals_to_merge",
    "approvals by default reviewers of the repository",
  ),
  builds: counted("require_passing_builds_to_merge", "green builds of the last commit, and no red one"),
  commitsBehind: counted("require_commits_behind", "commits that the source may be behind, at most"),
  noChangesRequested: asked("require_no_changes_requested", "nobody has requested changes"),
  tasksDone: asked("require_tasks_to_be_completed", "all tasks are done"),
  commentsResolved: asked("require_all_comments_resolved", "all comments are resolved"),
  dependenciesMerged: asked("require_all_dependencies_merged", "all it depends on is merged"),
  resetApprovals: premium("reset_pullrequest_approvals_on_change", "a new commit takes approvals back"),
  keepApprovalsOfSameDiff: premium(
    "smart_reset_pullrequest_approvals",
    "a new commit takes approvals back, unless the difference stays the same",
  ),
  resetChangesRequested: premium(
    "reset_pullrequest_changes_requested_on_change",
    "a new commit takes requests for changes back",
  ),
  autoMerge: premium("allow_auto_merge_when_builds_pass", "a pull request may merge by itself"),
} as const satisfies Record<string, Rule>;

export type MergeRuleName = keyof typeof mergeRules;
type CountedRule = {
  [R in MergeRuleName]: (typeof mergeRules)[R]["counts"] extends true ? R : never;
}[MergeRuleName];

/** What holds for one branch; what is left out does not. Counts are at least 1. */
export type MergeRules = { readonly [R in CountedRule]?: number } & {
  readonly [R in Exclude<MergeRuleName, CountedRule>]?: true;
};

export const mergeRuleNames = Object.keys(mergeRules) as readonly MergeRuleName[];

/** The rules that hold, in the order of the table. */
export function rulesOf(rules: MergeRules): { name: MergeRuleName; rule: Rule; value?: number }[] {
  return mergeRuleNames.flatMap((name) => {
    const value = rules[name];
    if (value === undefined) return [];
    return [{ name, rule: mergeRules[name], ...(typeof value === "number" && { value }) }];
  });
}
