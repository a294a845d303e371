import {
  clientOf,
  labSeed,
  people,
  startLab,
  tokenOf,
  type Answer,
  type Client,
  type Lab,
} from "../testing/lab";

let lab: Lab;
let admin: Client;
let ann: Client;
beforeEach(async () => {
  lab = await startLab();
  admin = lab.as("admin");
  ann = lab.as("ann");
});
afterEach(() => lab.emulator.close());

const alpha = "/2.0/repositories/lab/alpha";
const restrict = (kind: string, more: object): Promise<Answer> =>
  admin.post(`${alpha}/branch-restrictions`, { kind, pattern: "main", ...more });

/** A branch with one more file, and a pull request for it. */
async function change(client: Client): Promise<string> {
  const pushed = await client.form(`${alpha}/src`, { branch: "change", "new.txt": "new", message: "More" });
  expect(pushed.status).toBe(201);
  const made = await client.post(`${alpha}/pullrequests`, {
    title: "More",
    source: { branch: { name: "change" } },
  });
  expect(made.json).toMatchObject({ id: 1, state: "OPEN", destination: { branch: { name: "main" } } });
  return `${alpha}/pullrequests/1`;
}

test("who was asked to review is a participant, before a word and after it; so is who else approves", async () => {
  const uuid = (name: "ann" | "bob" | "admin"): string => decodeURIComponent(lab.uuid(name));
  await ann.form(`${alpha}/src`, { branch: "change", "new.txt": "new" });
  const post = (...reviewers: string[]): Promise<Answer> =>
    ann.post(`${alpha}/pullrequests`, {
      title: "More",
      source: { branch: { name: "change" } },
      reviewers: reviewers.map((each) => ({ uuid: each })),
    });
  expect((await post(uuid("ann"))).json.error.message).toBe("The author cannot be included as a reviewer.");
  expect((await post(decodeURIComponent(lab.uuid("eve")))).status).toBe(400);
  const made = await post(uuid("bob"));
  const seen = async (): Promise<unknown> => {
    const { participants } = (await ann.get(`${alpha}/pullrequests/1`)).json;
    return participants.map((each: { user: { display_name: string }; participated_on: string | null }) => ({
      ...each,
      user: each.user.display_name,
      participated_on: each.participated_on !== null,
    }));
  };
  const participant = { type: "participant", user: "bob", role: "REVIEWER" };
  expect([made.status, made.json.reviewers]).toEqual([201, [expect.objectContaining({ uuid: uuid("bob") })]]);
  expect(await seen()).toEqual([{ ...participant, approved: false, state: null, participated_on: false }]);
  await lab.as("bob").post(`${alpha}/pullrequests/1/approve`);
  await admin.post(`${alpha}/pullrequests/1/approve`);
  expect(await seen()).toEqual([
    { ...participant, approved: true, state: "approved", participated_on: true },
    {
      ...participant,
      user: "admin",
      role: "PARTICIPANT",
      approved: true,
      state: "approved",
      participated_on: true,
    },
  ]);
});

describe("source", () => {
  test("a commit to a branch adds, keeps and removes files", async () => {
    const pushed = await ann.form(`${alpha}/src`, { "docs/a.txt": "a", files: "README.md" });
    expect(pushed.status).toBe(201);
    const hash = pushed.headers.get("location")!.split("/").at(-1)!;
    expect((await ann.get(`${alpha}/src/main/docs/a.txt`)).text).toBe("a");
    expect((await ann.get(`${alpha}/src/${hash}/docs/a.txt`)).text).toBe("a");
    expect((await ann.get(`${alpha}/src/main/README.md`)).status).toBe(404);
    const branches = await ann.get(`${alpha}/refs/branches`);
    expect(branches.json.values).toMatchObject([{ type: "branch", name: "main", target: { hash } }]);
  });

  test("is a push: needs write, and heeds the push restriction", async () => {
    expect((await lab.as("bob").form(`${alpha}/src`, { a: "a" })).status).toBe(403);
    await restrict("push", { users: [], groups: [] });
    const refused = await admin.form(`${alpha}/src`, { a: "a" });
    expect([refused.status, refused.json.error.detail]).toEqual([
      403,
      "pushing to main is restricted to others",
    ]);
    expect((await ann.form(`${alpha}/src`, { branch: "other", a: "a" })).status).toBe(201);
  });

  test("a parent that is not the tip is a conflict", async () => {
    const old = (await ann.get(`${alpha}/refs/branches`)).json.values[0].target.hash as string;
    await ann.form(`${alpha}/src`, { a: "a" });
    expect((await ann.form(`${alpha}/src`, { b: "b", branch: "main", parents: old })).status).toBe(409);
  });

  test("a branch is deleted unless that is restricted", async () => {
    await ann.form(`${alpha}/src`, { branch: "feature/x", a: "a" });
    await ann.form(`${alpha}/src`, { branch: "keep", a: "a" });
    await admin.post(`${alpha}/branch-restrictions`, { kind: "delete", pattern: "keep" });
    expect((await ann.delete(`${alpha}/refs/branches/feature/x`)).status).toBe(204);
    expect((await admin.delete(`${alpha}/refs/branches/keep`)).status).toBe(403);
  });
});

describe("pull requests", () => {
  test("who is listed merges; a colleague with write does not", async () => {
    await restrict("push", { users: [], groups: [] });
    const uuid = decodeURIComponent(lab.uuid("ann"));
    await restrict("restrict_merges", { users: [{ uuid }], groups: [] });
    const request = await change(ann);
    const refused = await admin.post(`${request}/merge`);
    expect([refused.status, refused.json.error.detail]).toEqual([
      403,
      "merging into main is restricted to others",
    ]);
    const merged = await ann.post(`${request}/merge`, { message: "Done" });
    expect(merged.json).toMatchObject({ state: "MERGED", closed_by: { display_name: "ann" } });
    expect((await ann.get(`${alpha}/src/main/new.txt`)).text).toBe("new");
    expect((await ann.post(`${request}/merge`)).status).toBe(400);
    expect((await ann.get(`${alpha}/pullrequests`)).json.values).toEqual([]);
    expect((await ann.get(`${alpha}/pullrequests?state=MERGED`)).json.values).toHaveLength(1);
  });

  test("enforced checks ask for approvals of others", async () => {
    await restrict("require_approvals_to_merge", { value: 1 });
    await restrict("enforce_merge_checks", {});
    const request = await change(ann);
    expect((await ann.post(`${request}/approve`)).json).toMatchObject({
      type: "participant",
      approved: true,
    });
    expect((await ann.post(`${request}/merge`)).json.error.detail).toBe(
      "merge checks are not met: 0 of 1 approvals",
    );
    await lab.as("bob").post(`${request}/approve`);
    expect((await lab.as("bob").delete(`${request}/approve`)).status).toBe(204);
    expect((await ann.post(`${request}/merge`)).status).toBe(403);
    await lab.as("bob").post(`${request}/approve`);
    expect((await ann.post(`${request}/merge`, { close_source_branch: true })).status).toBe(200);
    const branches = (await ann.get(`${alpha}/refs/branches`)).json.values as { name: string }[];
    expect(branches.map(({ name }) => name)).toEqual(["main"]);
  });

  test("a reader may not merge, and branches have to be there", async () => {
    const request = await change(ann);
    expect((await lab.as("bob").post(`${request}/merge`)).status).toBe(403);
    const missing = { title: "x", source: { branch: { name: "nowhere" } } };
    expect((await ann.post(`${alpha}/pullrequests`, missing)).status).toBe(400);
  });
});

test("one from a fork names its repository, and brings its commits along", async () => {
  const seed = labSeed();
  const { emulator } = await startLab({
    seed: {
      ...seed,
      repositories: [...(seed.repositories ?? []), { slug: "alpha-of-ann", project: "ONE", forkOf: "alpha" }],
    },
  });
  try {
    const client = clientOf(emulator.url, `${people.ann}:${tokenOf("ann")}`);
    await client.form("/2.0/repositories/lab/alpha-of-ann/src", { branch: "topic", "a.txt": "a" });
    const source = { branch: { name: "topic" }, repository: { full_name: "lab/alpha-of-ann" } };
    const { json } = await client.post(`${alpha}/pullrequests`, { title: "t", source });
    expect([json.source.repository.full_name, json.destination.repository.full_name]).toEqual([
      "lab/alpha-of-ann",
      "lab/alpha",
    ]);
    expect((await client.post(`${alpha}/pullrequests/1/merge`)).status).toBe(200);
    expect((await client.get(`${alpha}/src/main/a.txt`)).text).toBe("a");
  } finally {
    await emulator.close();
  }
});
