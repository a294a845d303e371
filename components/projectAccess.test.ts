import * as bitbucket from "@pulumi/bitbucket";
import type { Holder } from "../access";
import { only, refusal, registered } from "./testing/placed";
import { firstRun, runAfter } from "./testing/realm";
import { adoptBy } from "./takeOver";
import { ProjectAccess, type ProjectAccessArgs } from "./projectAccess";

const api: ProjectAccessArgs["repositories"][number] = {
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
};
const docs = { slug: "payments-docs", project: "PAY", holders: [], branches: [] };

const groupsOf = (...names: string[]) =>
  new Map(names.map((name) => [name, new bitbucket.Group(name, { workspace: "acme", name })] as const));
const declare = (args: Partial<ProjectAccessArgs> = {}) =>
  new ProjectAccess(args.project?.key ?? "PAY", {
    workspace: "acme",
    plan: "premium",
    project: { key: "PAY", holders: [{ group: "payments", permission: "write" }] },
    repositories: [api, docs],
    groups: new Map(),
    context: firstRun,
    ...args,
  });
const place = (args: Partial<ProjectAccessArgs> = {}) => registered(() => declare(args));

const ofProject = "bitbucket:index:ProjectPermissions";
const ofRepository = "bitbucket:index:RepositoryPermissions";
const restrictions = "bitbucket:index:BranchRestrictions";

test("permissions of a project and its repositories are whole lists, empty ones included", async () => {
  const all = await place();
  expect(only(all, ofProject, "PAY").inputs).toEqual({
    workspace: "acme",
    project: "PAY",
    holders: [{ group: "payments", permission: "write" }],
    adoptBy,
  });
  expect(only(all, ofRepository, "payments-api").inputs.holders).toEqual([
    { user: "{bot}", permission: "write" },
  ]);
  for (const type of [ofRepository, restrictions]) {
    const { workspace, repository, adoptBy: by, ...lists } = only(all, type, "payments-docs").inputs;
    expect([workspace, repository, by, Object.values(lists)]).toEqual([
      "acme",
      "payments-docs",
      adoptBy,
      [[]],
    ]);
  }
  expect(all.filter(({ custom }) => custom)).toHaveLength(8);
});

test("what is observed is not placed, neither its permissions nor its branches, while all else is", async () => {
  const types = async (observed: ("permissions" | "branches")[]) => {
    const project = { key: "PAY", observed, holders: [] };
    const all = await place({ project, repositories: [{ ...docs, observed }] });
    return all.filter(({ custom }) => custom).map(({ type }) => type.replace("bitbucket:index:", ""));
  };
  expect(await types(["branches", "permissions"])).toEqual(["ProjectIdentity", "RepositoryIdentity"]);
  expect(await types(["permissions"])).toEqual([
    "BranchRestrictions",
    "ProjectIdentity",
    "RepositoryIdentity",
  ]);
  expect(await types(["branches"])).toEqual([
    "ProjectIdentity",
    "ProjectPermissions",
    "RepositoryIdentity",
    "RepositoryPermissions",
  ]);
});

test("what was owned and is observed now stays, in both systems and in the state", async () => {
  const observed = ["branches", "permissions"] as const;
  const context = runAfter({
    [`${ofProject} PAY`]: {},
    [`${ofRepository} payments-api`]: {},
    [`${restrictions} payments-api`]: {},
  });
  const repositories = [{ ...api, observed, holders: [], branches: [] }];
  const all = await place({ context, project: { key: "PAY", observed, holders: [] }, repositories });
  const kept = [
    only(all, ofProject, "PAY"),
    only(all, ofRepository, "payments-api"),
    only(all, restrictions, "payments-api"),
  ];
  expect(kept.map(({ retained, ignored }) => [retained, ignored])).toEqual([
    [true, ["holders"]],
    [true, ["holders"]],
    [true, ["restrictions"]],
  ]);
  expect(all.filter(({ custom }) => custom)).toHaveLength(5);
});

test("what a place has already is taken over where somebody was shown it, and only when it is new to the state", async () => {
  const takesOver = { ...firstRun, takesOver: true };
  const given = async (context: typeof takesOver) => {
    const { adopt, adoptBy: by } = only(await place({ context }), ofRepository, "payments-api").inputs;
    return [adopt, by];
  };
  expect(await given(takesOver)).toEqual([true, undefined]);
  expect(await given(firstRun)).toEqual([undefined, adoptBy]);
  expect(await given({ ...runAfter({ [`${ofRepository} payments-api`]: {} }), takesOver: true })).toEqual([
    undefined,
    undefined,
  ]);
});

test("who can sign in no more holds nothing alone; groups are not asked about", async () => {
  const asked: string[] = [];
  const isGone = (account: string) => {
    asked.push(account);
    return Promise.resolve(account === "{bot}");
  };
  const holders = [...api.holders, { user: "{dora}", permission: "read" } as const];
  const all = await place({ isGone, repositories: [{ ...api, holders }] });
  expect(only(all, ofRepository, "payments-api").inputs.holders).toEqual([
    { user: "{dora}", permission: "read" },
  ]);
  expect(asked).toEqual(["{bot}", "{dora}"]);
});

test("a repository that moves to another project keeps its URNs", async () => {
  const urns = async (key: string) => {
    const project = { key, holders: [] };
    const all = await registered(() => {
      new ProjectAccess(key, {
        workspace: "acme",
        plan: "premium",
        project,
        repositories: [api],
        groups: new Map(),
        context: firstRun,
      });
    });
    return all.filter(({ name }) => name === "payments-api").map(({ urn }) => urn);
  };
  expect(await urns("PAY")).toHaveLength(4);
  expect(await urns("PAY")).toEqual(await urns("SHOP"));
});

test("a project and a repository that were called otherwise keep all that they had", async () => {
  const repositories = [{ ...api, slug: "payments-core", previously: "payments-api" }];
  const all = await place({ project: { key: "PAYMENTS", previously: "PAY", holders: [] }, repositories });
  const before = await registered(() => {
    declare({ repositories: [api] });
  });
  const kept = all.map(({ aliases }) => aliases).flat();
  expect(
    before.map(({ urn }) => urn).filter((urn) => !kept.includes(urn) && !all.some((one) => one.urn === urn)),
  ).toEqual([]);
});

test("a list waits for the groups that it names, and for no others", async () => {
  const all = await registered(() => {
    declare({ groups: groupsOf("payments", "payments-leads", "support") });
  });
  const waitsFor = (type: string, name: string) => only(all, type, name).dependencies;
  expect(waitsFor(ofProject, "PAY")).toEqual(["payments"]);
  expect(waitsFor(ofRepository, "payments-api")).toEqual([]);
  expect(waitsFor(restrictions, "payments-api")).toEqual(["payments-leads"]);
});

test("a protected branch: nobody pushes, the mergers merge, nothing is forced or deleted, checks are enforced", async () => {
  const { inputs } = only(await place(), restrictions, "payments-api");
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
  const { inputs } = only(await place({ plan: "standard" }), restrictions, "payments-api");
  const kinds = (inputs.restrictions as { kind: string }[]).map(({ kind }) => kind);
  expect(kinds).toHaveLength(7);
  expect(kinds).not.toContain("enforce_merge_checks");
});

const nobody = { permission: "read" } as Holder;
const both: Holder = { group: "payments", user: "{bot}", permission: "read" };
test.each<[string, Partial<ProjectAccessArgs>, string]>([
  [
    "a permission that nobody holds",
    { project: { key: "PAY", holders: [nobody] } },
    'project PAY: holders: found [{"permission":"read"}]; allowed: a group or a user, and never both; name one of them',
  ],
  [
    "a permission of a repository that a group and a user hold at once",
    { repositories: [{ ...api, holders: [both] }] },
    'repository payments-api: holders: found [{"group":"payments","user":"{bot}","permission":"read"}]; allowed: a group or a user, and never both; name one of them',
  ],
  [
    "one repository twice",
    { repositories: [api, api] },
    "project PAY: repositories: found payments-api more than once; allowed: each name once; take the others out",
  ],
])("%s is refused before anything is registered", async (_, args, message) => {
  expect(
    await refusal(
      () => undefined,
      () => declare(args),
    ),
  ).toBe(message);
});
