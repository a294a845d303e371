import { kindsWithHolders, kindsWithValue, restrictionKinds } from "../contract";
import { labSeed, startLab, type Answer, type Client, type Lab } from "../testing/lab";

let lab: Lab;
let admin: Client;
beforeEach(async () => {
  lab = await startLab();
  admin = lab.as("admin");
});
afterEach(() => lab.emulator.close());

const path = "/2.0/repositories/lab/alpha/branch-restrictions";
const push = { kind: "push", branch_match_kind: "glob", pattern: "main", users: [], groups: [] };

test("made, seen, changed, removed", async () => {
  const uuid = decodeURIComponent(lab.uuid("ann"));
  const made = await admin.post(path, { ...push, users: [{ uuid }], groups: [{ slug: "writers" }] });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    type: "branchrestriction",
    kind: "push",
    branch_match_kind: "glob",
    pattern: "main",
    users: [{ uuid, display_name: "ann" }],
    groups: [{ slug: "writers" }],
  });
  expect(made.json).not.toHaveProperty("value");
  const one = `${path}/${made.json.id as number}`;
  expect((await admin.get(one)).json).toEqual(made.json);
  expect((await admin.delete(one)).status).toBe(204);
  expect((await admin.get(one)).status).toBe(404);
  expect((await admin.get(path)).json.values).toEqual([]);
});

test("a change keeps what it leaves out, and an empty list empties", async () => {
  const uuid = decodeURIComponent(lab.uuid("ann"));
  const made = await admin.post(path, { ...push, users: [{ uuid }], groups: [{ slug: "writers" }] });
  const one = `${path}/${made.json.id as number}`;
  const kept = await admin.put(one, { pattern: "release/*" });
  expect(kept.json).toMatchObject({ pattern: "release/*", users: [{ uuid }], groups: [{ slug: "writers" }] });
  const emptied = await admin.put(one, { groups: [] });
  expect(emptied.json).toMatchObject({ pattern: "release/*", users: [{ uuid }], groups: [] });
});

test("by another reading, a second restriction of one kind and matcher is kept beside the first", async () => {
  await lab.read({ secondRestriction: "kept" });
  await admin.post(path, push);
  expect((await admin.post(path, push)).status).toBe(201);
  expect((await admin.get(path)).json.values).toHaveLength(2);
});

test("kind and matcher together are unique", async () => {
  const first = await admin.post(path, push);
  expect((await admin.post(path, push)).status).toBe(400);
  expect((await admin.post(path, { ...push, pattern: "other" })).status).toBe(201);
  expect((await admin.post(path, { ...push, kind: "restrict_merges" })).status).toBe(201);
  const model = { kind: "push", branch_match_kind: "branching_model", users: [], groups: [] };
  const byModel = await admin.post(path, { ...model, branch_type: "release" });
  expect(byModel.json).toMatchObject({
    pattern: "",
    branch_match_kind: "branching_model",
    branch_type: "release",
  });
  expect((await admin.put(`${path}/${byModel.json.id as number}`, { ...push })).status).toBe(400);
  expect((await admin.put(`${path}/${first.json.id as number}`, { ...push })).status).toBe(200);
});

test.each(restrictionKinds)("%s takes what belongs to it and nothing else", async (kind) => {
  const base = { kind, branch_match_kind: "glob", pattern: "main" };
  const holders = { users: [], groups: [] };
  const takesHolders = kindsWithHolders.includes(kind);
  const takesValue = kindsWithValue.includes(kind);
  const right = { ...base, ...(takesHolders ? holders : {}), ...(takesValue ? { value: 2 } : {}) };
  expect((await admin.post(path, { ...right, ...(takesValue ? {} : { value: 1 }) })).status).toBe(
    takesValue ? 201 : 400,
  );
  const someone = { groups: [{ slug: "writers" }] };
  const withSomeone = await admin.post(path, { ...right, pattern: "other", users: [], ...someone });
  expect(withSomeone.status).toBe(takesHolders ? 201 : 400);
  if (takesHolders || takesValue)
    expect((await admin.post(path, { ...base, pattern: "third" })).status).toBe(400);
});

test.each([
  ["an unknown kind", { ...push, kind: "nonsense" }],
  ["no pattern", { kind: "push", users: [], groups: [] }],
  ["no branch type", { kind: "push", branch_match_kind: "branching_model", users: [], groups: [] }],
  ["an unknown group", { ...push, groups: [{ slug: "nobody" }] }],
  ["an unknown account", { ...push, users: [{ uuid: "{00000000-0000-0000-0000-000000000000}" }] }],
])("refuses %s", async (_, body) => {
  expect((await admin.post(path, body)).status).toBe(400);
});

test("the list can be narrowed by kind and pattern", async () => {
  await admin.post(path, push);
  await admin.post(path, { ...push, pattern: "other" });
  await admin.post(path, { kind: "force", branch_match_kind: "glob", pattern: "main" });
  const kinds = (answer: Answer): string[] =>
    answer.json.values.map((each: { kind: string; pattern: string }) => `${each.kind} ${each.pattern}`);
  expect(kinds(await admin.get(`${path}?kind=push`))).toEqual(["push main", "push other"]);
  expect(kinds(await admin.get(`${path}?pattern=main`))).toEqual(["push main", "force main"]);
});

test("without the Premium plan merge checks warn, and cannot be enforced", async () => {
  const { workspace, ...seed } = labSeed();
  const standard = await startLab({ seed: { ...seed, workspace: { ...workspace, plan: "standard" } } });
  try {
    const client = standard.as("admin");
    const approvals = { kind: "require_approvals_to_merge", pattern: "main", value: 1 };
    expect((await client.post(path, approvals)).status).toBe(201);
    const refused = await client.post(path, { kind: "enforce_merge_checks", pattern: "main" });
    expect([refused.status, refused.json.error.detail]).toEqual([402, "plan: standard"]);
  } finally {
    await standard.emulator.close();
  }
});
