import { startLab, type Answer, type Client, type Lab } from "../testing/lab";
import { alpha } from "../testing/pipelines";

let lab: Lab;
let ann: Client;
let admin: Client;
beforeEach(async () => {
  lab = await startLab();
  [ann, admin] = [lab.as("ann"), lab.as("admin")];
});
afterEach(() => lab.emulator.close());

const request = `${alpha}/pullrequests/1`;
const push = (client: Client, files: Record<string, string>, branch = "change") =>
  client.form(`${alpha}/src`, { branch, ...files });
async function change(): Promise<void> {
  await push(ann, { "new.txt": "new" });
  await ann.post(`${alpha}/pullrequests`, { title: "More", source: { branch: { name: "change" } } });
}

interface Entry {
  readonly update?: { author: { display_name: string }; date: string; source: { commit: { hash: string } }; state: string; changes: object }; // prettier-ignore
  readonly approval?: { user: { display_name: string }; date: string };
  readonly comment?: { content: { raw: string } };
}
const log = async (): Promise<Entry[]> => (await ann.get(`${request}/activity`)).json.values as Entry[];
/** The log in few words, the newest first. */
const told = async (): Promise<string[]> =>
  (await log()).map(({ update, approval, comment }) =>
    update
      ? `${update.author.display_name}: ${update.state} ${Object.keys(update.changes).join()}`.trim()
      : (comment?.content.raw ?? `approved by ${approval?.user.display_name}`),
  );
const participants = async (): Promise<[string, string | null][]> =>
  ((await ann.get(request)).json.participants as Answer["json"][]).map((each) => [
    each.user.display_name,
    each.participated_on,
  ]);

test("the log says who did what, the newest first, and when somebody approved", async () => {
  await change();
  await lab.as("bob").post(`${request}/approve`);
  const [first] = await log();
  expect(await participants()).toEqual([["bob", first?.approval?.date]]);
  await push(admin, { "new.txt": "newer" });
  await lab.as("bob").post(`${request}/comments`, { content: { raw: "hm" } });
  await ann.put(request, { title: "Much more" });
  await admin.post(`${request}/merge`);
  expect(await told()).toEqual([
    "admin: MERGED status",
    "ann: OPEN title",
    "hm",
    "admin: OPEN",
    "approved by bob",
    "ann: OPEN",
  ]);
  expect(await participants()).toEqual([["bob", first?.approval?.date]]);
  const hashes = (await log()).flatMap(({ update }) => (update ? [update.source.commit.hash] : []));
  expect(hashes.map((hash) => hash.length)).toEqual([12, 12, 12, 12]);
  expect(new Set(hashes).size).toBe(2);
});

test("the log comes in pages of at most fifty, and so do pull requests", async () => {
  await change();
  for (let index = 0; index < 11; index++) await push(ann, { "new.txt": String(index) });
  const { json } = await ann.get(`${request}/activity`);
  expect([json.values.length, (await ann.get(new URL(json.next as string).pathname + "?page=2")).json.values.length]).toEqual([10, 2]); // prettier-ignore
  for (const path of [`${request}/activity`, `${alpha}/pullrequests`]) {
    expect((await ann.get(`${path}?pagelen=50`)).status).toBe(200);
    expect((await ann.get(`${path}?pagelen=51`)).json.error.message).toBe("Invalid pagelen");
  }
});

test("by the other reading, the log names for each push who opened the pull request", async () => {
  await change();
  await push(admin, { "new.txt": "newer" });
  await lab.read({ updateAuthor: "opener" });
  expect(await told()).toEqual(["ann: OPEN", "ann: OPEN"]);
});

const unchanged = { "new.txt": "new" };
test.each<[string[], Record<string, string>, boolean]>([
  [[], { "new.txt": "newer" }, true],
  [["reset_pullrequest_approvals_on_change"], unchanged, false],
  [["reset_pullrequest_approvals_on_change", "smart_reset_pullrequest_approvals"], unchanged, true],
  [
    ["reset_pullrequest_approvals_on_change", "smart_reset_pullrequest_approvals"],
    { "new.txt": "newer" },
    false,
  ],
])("with %j, a push of %j leaves the approval: %s", async (kinds, files, stays) => {
  for (const kind of kinds) await admin.post(`${alpha}/branch-restrictions`, { kind, pattern: "main" });
  await change();
  await lab.as("bob").post(`${request}/approve`);
  await push(ann, { "new.txt": "new", ...files });
  expect((await told()).includes("approved by bob")).toBe(stays);
  expect((await participants()).length).toBe(stays ? 1 : 0);
});

test("its commits are those that the destination lacks, and none once the source branch is gone", async () => {
  await change();
  await push(admin, { "a.txt": "a" });
  await push(ann, { "b.txt": "b" }, "main");
  const commits = async (path: string) =>
    ((await ann.get(path)).json.values as Answer["json"][]).map(({ author }) => author.raw);
  const both = ["admin <admin@lab.example>", "ann <ann@lab.example>"];
  expect(await commits(`${request}/commits`)).toEqual(both);
  const merged = (await admin.post(`${request}/merge`, { close_source_branch: true })).json;
  expect(await commits(`${request}/commits`)).toEqual([]);
  const { hash, parents } = (await ann.get(`${alpha}/commit/${merged.merge_commit.hash}`)).json;
  expect(hash).toMatch(/^[0-9a-f]{40}$/);
  expect(merged.merge_commit.hash).toBe(hash.slice(0, 12));
  expect(await commits(`${alpha}/commits/${hash}?exclude=${parents[0].hash}`)).toEqual([both[0], ...both]);
});
