import { namesOf, only, placed } from "./testing/placed";
import { WorkspaceAccess } from "./workspaceAccess";

const place = (plan: "standard" | "premium" = "premium") =>
  placed(
    () =>
      new WorkspaceAccess("workspace", {
        workspace: "acme",
        plan,
        groups: [],
        projects: [{ key: "PAY", holders: [{ group: "payments", permission: "write" }] }],
        repositories: [
          {
            slug: "payments-api",
            project: "PAY",
            holders: [{ user: "{bot}", permission: "write" }],
            branches: [
              {
                pattern: "main",
                rules: { approvals: 2, builds: 1, noChangesRequested: true },
                enforced: true,
                mergers: { groups: ["payments-leads"], users: ["{bot}"] },
              },
            ],
          },
          { slug: "payments-docs", project: "PAY", holders: [], branches: [] },
        ],
      }),
  );
const restrictions = "bitbucket:index:BranchRestrictions";

test("permissions of projects and repositories are whole lists, empty ones included", async () => {
  const all = await place();
  expect(only(all, "bitbucket:index:ProjectPermissions", "PAY").inputs).toEqual({
    workspace: "acme",
    project: "PAY",
    holders: [{ group: "payments", permission: "write" }],
  });
  expect(only(all, "bitbucket:index:RepositoryPermissions", "payments-api").inputs.holders).toEqual([
    { user: "{bot}", permission: "write" },
  ]);
  expect(only(all, "bitbucket:index:RepositoryPermissions", "payments-docs").inputs.holders).toEqual([]);
  expect(namesOf(all, restrictions)).toEqual(["payments-api", "payments-docs"]);
  expect(all).toHaveLength(5);
});

test("a protected branch: nobody pushes, the mergers merge, nothing is forced or deleted, checks are enforced", async () => {
  const { inputs, parent } = only(await place(), restrictions, "payments-api");
  expect(parent).toBe("workspace");
  expect(inputs.restrictions).toEqual([
    { kind: "push", pattern: "main", groups: [], users: [] },
    { kind: "restrict_merges", pattern: "main", groups: ["payments-leads"], users: ["{bot}"] },
    { kind: "force", pattern: "main" },
    { kind: "delete", pattern: "main" },
    { kind: "require_approvals_to_merge", pattern: "main", value: 2 },
    { kind: "require_passing_builds_to_merge", pattern: "main", value: 1 },
    { kind: "require_no_changes_requested", pattern: "main" },
    { kind: "enforce_merge_checks", pattern: "main" },
  ]);
});

test("a plan that cannot enforce merge checks is not asked to", async () => {
  const { inputs } = only(await place("standard"), restrictions, "payments-api");
  expect((inputs.restrictions as { kind: string }[]).map(({ kind }) => kind)).not.toContain(
    "enforce_merge_checks",
  );
});
