import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const path = "/2.0/repositories/acme/web/branch-restrictions";
const bot = "{b0700000-0000-4000-8000-00000000000b}";

let server: TestServer;
let engine: Engine;

eachTest([path], (started) => ({ server, engine } = started));

const check = (restrictions: readonly object[]) =>
  engine.check("BranchRestrictions", {
    workspace: "acme",
    repository: "web",
    restrictions: restrictions as never,
  });
const place = (kind: string, id: number) =>
  server.lists
    .get(path)!
    .push({ id, kind, branch_match_kind: "glob", pattern: "main", users: [], groups: [] });
const create = async (restrictions: readonly object[]) =>
  engine.create("BranchRestrictions", (await check(restrictions)).inputs);

const protectedMain = [
  { kind: "push", pattern: "main" },
  { kind: "restrict_merges", pattern: "main", groups: ["leads"], users: [bot] },
  { kind: "require_approvals_to_merge", pattern: "main", value: 2 },
  { kind: "force", branchType: "release" },
];

test("sends empty lists of people always, and every part of what is declared", async () => {
  await create(protectedMain);
  const glob = { type: "branchrestriction", branch_match_kind: "glob", pattern: "main" };
  expect(server.bodies).toEqual([
    { ...glob, kind: "push", users: [], groups: [] },
    {
      ...glob,
      kind: "restrict_merges",
      users: [{ type: "account", uuid: bot }],
      groups: [{ type: "group", slug: "leads" }],
    },
    { ...glob, kind: "require_approvals_to_merge", users: [], groups: [], value: 2 },
    {
      type: "branchrestriction",
      kind: "force",
      branch_match_kind: "branching_model",
      branch_type: "release",
      pattern: "",
      users: [],
      groups: [],
    },
  ]);
});

test("a life: nothing to do after a refresh, a leaver is taken out, delete leaves nothing", async () => {
  const made = await create(protectedMain);
  expect(await engine.read("BranchRestrictions", made.id, made)).toEqual(made);

  const wanted = (await check([{ ...protectedMain[1], groups: [], users: [] }, protectedMain[0]!])).inputs;
  expect(await engine.diff("BranchRestrictions", made, wanted)).toEqual({
    "restrictions[0]": "ADD",
    "restrictions[1]": "DELETE",
    "restrictions[2]": "DELETE",
    "restrictions[3]": "DELETE",
  });
  const changed = await engine.update("BranchRestrictions", made, wanted);
  expect(server.lists.get(path)!.map(({ kind, users, groups }) => ({ kind, users, groups }))).toEqual([
    { kind: "push", users: [], groups: [] },
    { kind: "restrict_merges", users: [], groups: [] },
  ]);
  await engine.delete("BranchRestrictions", changed);
  expect(server.lists.get(path)).toEqual([]);
});

test("somebody added by hand to a restriction is seen, and taken out again", async () => {
  const made = await create(protectedMain);
  const merges = server.lists.get(path)!.find(({ kind }) => kind === "restrict_merges")!;
  (merges.groups as object[]).push({ type: "group", slug: "strangers" });
  const refreshed = (await engine.read("BranchRestrictions", made.id, made))!;
  expect(await engine.diff("BranchRestrictions", refreshed, made.inputs)).toEqual({
    "restrictions[1].groups[1]": "DELETE",
  });
  await engine.update("BranchRestrictions", refreshed, made.inputs);
  expect(server.lists.get(path)!.find(({ kind }) => kind === "restrict_merges")!.groups).toEqual([
    { type: "group", slug: "leads" },
  ]);
});

test("a POST whose answer was lost is looked up, not repeated", async () => {
  let lost = false;
  server.fault = (request) => {
    if (lost || !request.startsWith("POST")) return undefined;
    lost = true;
    return "lose";
  };
  const made = await create(protectedMain);
  expect(server.lists.get(path)!.map(({ kind }) => kind)).toEqual([
    "push",
    "restrict_merges",
    "require_approvals_to_merge",
    "force",
  ]);
  expect(server.log.slice(0, 4).map((line) => line.split(" ")[0])).toEqual(["GET", "POST", "GET", "PUT"]);
  await engine.delete("BranchRestrictions", made);
  expect(server.lists.get(path)).toEqual([]);
});

test("accepts all eighteen kinds", async () => {
  const kinds =
    "push delete force restrict_merges require_tasks_to_be_completed require_approvals_to_merge require_review_group_approvals_to_merge require_default_reviewer_approvals_to_merge require_no_changes_requested require_passing_builds_to_merge require_commits_behind reset_pullrequest_approvals_on_change smart_reset_pullrequest_approvals reset_pullrequest_changes_requested_on_change require_all_dependencies_merged enforce_merge_checks allow_auto_merge_when_builds_pass require_all_comments_resolved".split(
      " ",
    );
  const counts = /approvals_to_merge|passing_builds|commits_behind/;
  const declared = kinds.map((kind) => ({ kind, pattern: "*", ...(counts.test(kind) && { value: 1 }) }));
  expect((await check(declared)).failures).toEqual([]);
  const made = await create(declared);
  expect(server.lists.get(path)!.map(({ kind }) => kind)).toEqual(kinds);
  expect(
    await engine.diff("BranchRestrictions", (await engine.read("BranchRestrictions", made.id))!, made.inputs),
  ).toEqual({});
});

test("says which parts do not belong together", async () => {
  const { failures } = await check([
    { kind: "push", pattern: "main", branchType: "release" },
    { kind: "force", pattern: "main", groups: ["leads"] },
    { kind: "delete", pattern: "main", value: 1 },
    { kind: "require_commits_behind", pattern: "main" },
    { kind: "push" },
  ]);
  expect(failures).toEqual([
    "restrictions[0]: both pattern and branchType are given; give exactly one",
    "restrictions[1].groups: force holds for everybody; only push and restrict_merges name groups",
    "restrictions[2].value: delete counts nothing; only require_approvals_to_merge, require_review_group_approvals_to_merge, require_default_reviewer_approvals_to_merge, require_passing_builds_to_merge, require_commits_behind have a value",
    "restrictions[3].value: is missing; require_commits_behind needs to know how many",
    "restrictions[4]: neither pattern nor branchType is given; give exactly one",
  ]);
});

test("a protection that was there before goes only with a flag of its own", async () => {
  place("force", 98);
  const push = { kind: "push", pattern: "main" };
  const inputs = async (restrictions: readonly object[], removeAdopted: boolean) => {
    const news = { workspace: "acme", repository: "web", restrictions: restrictions as never };
    return (await engine.check("BranchRestrictions", { ...news, adopt: true, removeAdopted })).inputs;
  };
  const refused =
    "among the branch restrictions of repository acme/web some were there without this resource and are not declared:\n" +
    "  force on main: for everybody\n" +
    "declare them, or set removeAdopted: true to remove them";
  await expect(engine.create("BranchRestrictions", await inputs([push], false))).rejects.toThrow(refused);
  expect(server.log).toEqual([`GET ${path}`]);

  const force = { kind: "force", pattern: "main" };
  const made = await engine.create("BranchRestrictions", await inputs([push, force], false));
  expect(made.properties).toMatchObject({ adopted: ["force on main"], placed: ["push on main"] });
  await expect(engine.update("BranchRestrictions", made, await inputs([push], false))).rejects.toThrow(
    refused,
  );
  place("delete", 99); // by hand, later: it is not what was there before
  const refreshed = (await engine.read("BranchRestrictions", made.id, made))!;
  const cleaned = await engine.update("BranchRestrictions", refreshed, await inputs([force], false));
  expect(server.lists.get(path)!.map(({ kind }) => kind)).toEqual(["force"]);
  expect(cleaned.properties).toMatchObject({ adopted: ["force on main"], placed: [] });
  await engine.update("BranchRestrictions", cleaned, await inputs([], true));
  expect(server.lists.get(path)).toEqual([]);
});

test.each([
  ["behind ours", [{ id: 900, groups: ["friends"] }]],
  [
    "before ours, and one more",
    [
      { id: 1, groups: ["friends"] },
      { id: 901, groups: ["leads"] },
    ],
  ],
])("two of one kind and pattern are both seen, and the foreign one goes: %s", async (_, foreign) => {
  const made = await create([{ kind: "restrict_merges", pattern: "main", groups: ["leads"] }]);
  const [ours] = server.lists.get(path)!;
  for (const { id, groups } of foreign) {
    const twin = { ...ours, id, uuid: String(id), groups: groups.map((slug) => ({ slug })) };
    server.lists.get(path)!.splice(id === 1 ? 0 : 1, 0, twin);
  }
  const read = (await engine.read("BranchRestrictions", made.id, made))!;
  expect(read.inputs.restrictions).toHaveLength(1 + foreign.length);
  expect(Object.keys(await engine.diff("BranchRestrictions", read, made.inputs))).not.toEqual([]);
  await engine.update("BranchRestrictions", read, made.inputs);
  const left = server.lists.get(path)!;
  expect(left.map(({ groups }) => (groups as { slug: string }[]).map(({ slug }) => slug))).toEqual([
    ["leads"],
  ]);
  const again = (await engine.read("BranchRestrictions", made.id, made))!;
  expect(await engine.diff("BranchRestrictions", again, made.inputs)).toEqual({});
});
