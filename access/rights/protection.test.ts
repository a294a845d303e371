import { restrictionsOf } from "./protection";

const mergers = { groups: ["leads"], users: [] };
const gates = [
  { kind: "push", pattern: "main", groups: [], users: [] },
  { kind: "restrict_merges", pattern: "main", groups: ["leads"], users: [] },
  { kind: "force", pattern: "main" },
  { kind: "delete", pattern: "main" },
];

test("a protected branch without checks is four restrictions", () => {
  const branch = { pattern: "main", rules: {}, enforced: true, mergers };
  expect(restrictionsOf(branch, "premium")).toStrictEqual(gates);
});

test("merge checks are enforced on premium, and only there", () => {
  const branch = { pattern: "main", rules: { approvals: 2, builds: 1 }, enforced: true, mergers };
  const checks = [
    { kind: "require_approvals_to_merge", pattern: "main", value: 2 },
    { kind: "require_passing_builds_to_merge", pattern: "main", value: 1 },
  ];
  expect(restrictionsOf(branch, "standard")).toStrictEqual([...gates, ...checks]);
  expect(restrictionsOf(branch, "premium")).toStrictEqual([
    ...gates,
    ...checks,
    { kind: "enforce_merge_checks", pattern: "main" },
  ]);
});

test("each word of the file is one kind of restriction, in the order of the table", () => {
  const rules = {
    approvals: 1,
    reviewGroupApprovals: 2,
    defaultReviewerApprovals: 3,
    builds: 4,
    commitsBehind: 5,
    noChangesRequested: true,
    tasksDone: true,
    commentsResolved: true,
    dependenciesMerged: true,
    resetApprovals: true,
    keepApprovalsOfSameDiff: true,
    resetChangesRequested: true,
    autoMerge: true,
  } as const;
  const branch = { pattern: "main", rules, enforced: false, mergers };
  expect(restrictionsOf(branch, "premium").map(({ kind, value }) => [kind, value])).toStrictEqual([
    ["push", undefined],
    ["restrict_merges", undefined],
    ["force", undefined],
    ["delete", undefined],
    ["require_approvals_to_merge", 1],
    ["require_review_group_approvals_to_merge", 2],
    ["require_default_reviewer_approvals_to_merge", 3],
    ["require_passing_builds_to_merge", 4],
    ["require_commits_behind", 5],
    ["require_no_changes_requested", undefined],
    ["require_tasks_to_be_completed", undefined],
    ["require_all_comments_resolved", undefined],
    ["require_all_dependencies_merged", undefined],
    ["reset_pullrequest_approvals_on_change", undefined],
    ["smart_reset_pullrequest_approvals", undefined],
    ["reset_pullrequest_changes_requested_on_change", undefined],
    ["allow_auto_merge_when_builds_pass", undefined],
  ]);
});

test("what only changes how a pull request behaves has nothing to enforce", () => {
  const branch = { pattern: "main", rules: { autoMerge: true }, enforced: true, mergers } as const;
  expect(restrictionsOf(branch, "premium").map(({ kind }) => kind)).not.toContain("enforce_merge_checks");
});
