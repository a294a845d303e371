import { restrictionsOf } from "./protection";

const mergers = { groups: ["leads"], users: [] };
const gates = [
  { kind: "push", pattern: "main", groups: [], users: [] },
  { kind: "restrict_merges", pattern: "main", groups: ["leads"], users: [] },
  { kind: "force", pattern: "main" },
  { kind: "delete", pattern: "main" },
];

test("a protected branch without checks is four restrictions", () => {
  const branch = { pattern: "main", approvals: 0, builds: 0, mergers };
  expect(restrictionsOf(branch, "premium")).toStrictEqual(gates);
});

test("merge checks are enforced on premium, and only there", () => {
  const branch = { pattern: "main", approvals: 2, builds: 1, mergers };
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
