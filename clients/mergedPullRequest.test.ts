/** Whose approval of a merged pull request can count, asked of the emulator: what was tried to get round it, a row each. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import { startEmulator, type Emulator, type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import type { State } from "@bitbucket-keycloak/bitbucket-emulator/entities";
import { readObject } from "@bitbucket-keycloak/bitbucket-emulator/git/objects";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { oneAtATime, play } from "@bitbucket-keycloak/bitbucket-emulator/testing/readings";
import { AccessRepository, type MergedPullRequest } from "./accessRepository";

jest.setTimeout(60_000);

type Name = "ana" | "ben" | "chen";
const names: readonly Name[] = ["ana", "ben", "chen"];
const email = (name: Name) => `${name}@acme.example`;
const token = (name: Name) => `token-of-${name}, long enough`;
const uuid = (name: Name) => uuidOf(`account ${email(name)}`);
const path = "/2.0/repositories/acme/access";

const seed: Seed = {
  workspace: { slug: "acme" },
  accounts: names.map((name) => ({
    name,
    email: email(name),
    tokens: [{ token: token(name), scopes: [...scopes] }],
  })),
  administrators: names.map(email),
  projects: [{ key: "OPS", name: "Operations" }],
  repositories: [
    {
      slug: "access",
      project: "OPS",
      branches: { main: { "access.yaml": "0" }, dev: { "access.yaml": "0" } },
    },
    { slug: "fork", project: "OPS", forkOf: "access" },
  ],
};

let emulator: Emulator;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "approvals-"));
  emulator = await startEmulator({ seed });
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

async function ask<T>(as: Name, method: string, at: string, body?: object): Promise<T> {
  const authorization = `Basic ${Buffer.from(`${email(as)}:${token(as)}`).toString("base64")}`;
  const isForm = body instanceof URLSearchParams;
  const answer = await fetch(`${emulator.url}${at}`, {
    method,
    headers: { authorization, ...(body && !isForm && { "content-type": "application/json" }) },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`);
  return (answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined) as T;
}

let written = 0;
/** A push to the branch; by default its commit says that whoever pushes wrote it. */
const push = (as: Name, author?: string, more: Record<string, string> = {}, at = path) =>
  ask(as, "POST", `${at}/src`, new URLSearchParams({ branch: "topic", "access.yaml": String(++written), ...(author && { author }), ...more })); // prettier-ignore
const open = (as: Name, more: object = {}) =>
  ask(as, "POST", `${path}/pullrequests`, { title: "t", source: { branch: { name: "topic" } }, ...more });
const request = `${path}/pullrequests/1`;
const approve = (as: Name) => ask(as, "POST", `${request}/approve`);
const change = (as: Name, body: object) => ask(as, "PUT", request, body);

/** Commits and pushes by Git. */
async function pushByGit(as: Name, author: Name, committer: Name, ...args: string[]): Promise<void> {
  const header = `Authorization: Basic ${Buffer.from(`x-bitbucket-api-token-auth:${token(as)}`).toString("base64")}`;
  const git = (...rest: string[]) =>
    promisify(execFile)("git", ["-c", `http.extraHeader=${header}`, "-c", `user.name=${committer}`, "-c", `user.email=${email(committer)}`, ...rest], { cwd: folder }); // prettier-ignore
  const clone = mkdtempSync(join(folder, "clone-"));
  await git("clone", "--quiet", "--branch", "topic", `${emulator.url}/acme/access.git`, clone);
  writeFileSync(join(clone, "access.yaml"), `${++written}`);
  await git(
    "-C",
    clone,
    "commit",
    "--quiet",
    "-a",
    "-m",
    "m",
    "--author",
    `${author} <${email(author)}>`,
    ...args,
  );
  await git("-C", clone, "push", "--quiet", "--force", "origin", "topic");
}

async function merged(body: object = {}): Promise<MergedPullRequest | undefined> {
  const { merge_commit } = await ask<{ merge_commit: { hash: string } }>(
    "ben",
    "POST",
    `${request}/merge`,
    body,
  );
  const repository = repositoryOf();
  return repository.mergedAs(await repository.commit(merge_commit.hash));
}
const repositoryOf = (as: Name = "ana") =>
  new AccessRepository(emulator.url, "acme/access", {
    BITBUCKET_EMAIL: email(as),
    BITBUCKET_API_TOKEN: token(as),
  });

/** Those whose approval counts and who did not make it. */
const counted = (found: MergedPullRequest | undefined): string[] =>
  (found?.approvedBy ?? []).filter((account) => !found?.authors.has(account));

const start = async (author?: string) => {
  await push("ana", author);
  await open("ana");
};

test("an approval of the last push by somebody else counts, whoever merges and however", async () => {
  await start();
  await push("ana");
  await approve("ben");
  await ask("ben", "POST", `${request}/comments`, { content: { raw: "fine" } });
  await change("ana", { title: "Another title" });
  const found = await merged({ close_source_branch: true });
  expect(counted(found)).toEqual([uuid("ben")]);
  expect(found).toMatchObject({ into: "main", author: uuid("ana"), strangers: [], stale: [], refusals: [] });
  expect([...found!.authors]).toEqual([uuid("ana")]);
  expect(found!.head).toMatch(/^[0-9a-f]{40}$/);
  expect(found!.names.get(uuid("ben"))).toBe("ben");
});

test("so it does where it was squashed; where nothing names the pull request, there is none", async () => {
  await start();
  await approve("ben");
  expect(counted(await merged({ merge_strategy: "squash", close_source_branch: true }))).toEqual([
    uuid("ben"),
  ]);
  await push("ana", undefined, { branch: "other" });
  await open("ana", { source: { branch: { name: "other" } } });
  const merge = { merge_strategy: "fast_forward" };
  const { merge_commit } = await ask<{ merge_commit: { hash: string } }>("ana", "POST", `${path}/pullrequests/2/merge`, merge); // prettier-ignore
  const repository = repositoryOf();
  expect(await repository.mergedAs(await repository.commit(merge_commit.hash))).toBeUndefined();
});

test.each<[string, () => Promise<unknown>]>([
  [
    "approve, then push",
    () =>
      start()
        .then(() => approve("ben"))
        .then(() => push("ana")),
  ],
  [
    "approve, then push something else and back",
    async () => {
      await start();
      await approve("ben");
      await pushByGit("ana", "ana", "ana");
      await pushByGit("ana", "ana", "ana", "--amend");
    },
  ],
  [
    "approve, push, and have the approver comment on it",
    async () => {
      await start();
      await approve("ben");
      await push("ana");
      await ask("ben", "POST", `${request}/comments`, { content: { raw: "hm" } });
    },
  ],
  [
    "approve into one branch, lead it into another",
    async () => {
      await push("ana");
      await open("ana", { destination: { branch: { name: "dev" } } });
      await approve("ben");
      await change("ana", { destination: { branch: { name: "main" } } });
    },
  ],
  [
    "an approver opened it",
    () =>
      push("ana")
        .then(() => open("ben"))
        .then(() => approve("ben")),
  ],
  [
    "an approver wrote a commit that another pushed",
    () => start(`Ben <${email("ben")}>`).then(() => approve("ben")),
  ],
  [
    "an approver wrote a commit under an address in other letters",
    () => start(`B <${email("ben").toUpperCase()}>`).then(() => approve("ben")),
  ],
  [
    "an approver committed what another wrote and pushed",
    () =>
      start()
        .then(() => pushByGit("ana", "ana", "ben"))
        .then(() => approve("ben")),
  ],
  [
    "an approver pushed a commit under another's name",
    () =>
      start()
        .then(() => push("ben", `Ana <${email("ana")}>`))
        .then(() => approve("ben")),
  ],
  [
    "an approver pushed by Git what another wrote and committed",
    () =>
      start()
        .then(() => pushByGit("ben", "ana", "ana"))
        .then(() => approve("ben")),
  ],
  [
    "an approver pushed, and another over it",
    async () => {
      await start();
      await push("ben", `Ana <${email("ana")}>`);
      await pushByGit("ana", "ana", "ana", "--amend");
      await approve("ben");
    },
  ],
])("it does not count: %s", async (_, attack) => {
  await attack();
  const found = await merged({ close_source_branch: true });
  expect(found!.approvals.map(({ account }) => account)).toEqual([uuid("ben")]);
  expect(counted(found)).toEqual([]);
});

test("merged into another branch, it says so", async () => {
  await push("ana");
  await open("ana", { destination: { branch: { name: "dev" } } });
  await approve("ben");
  expect((await merged())?.into).toBe("dev");
  expect(await repositoryOf().mainBranch()).toBe("main");
});

test("from a fork nothing counts, since pushes there are not seen", async () => {
  await push("ana", undefined, {}, "/2.0/repositories/acme/fork");
  await open("ana", { source: { branch: { name: "topic" }, repository: { full_name: "acme/fork" } } });
  await approve("ben");
  const found = await merged();
  expect(counted(found)).toEqual([]);
  expect(found?.refusals).toEqual([expect.stringContaining("it comes from acme/fork, a fork")]);
});

test("whom no account has is named, to be compared with people", async () => {
  await start("Ben <ben@home.example>");
  await approve("ben");
  expect((await merged())?.strangers).toEqual(["Ben <ben@home.example>"]);
});

test.each(oneAtATime("updateAuthor"))("under %j, commits still say who wrote them", async (reading) => {
  await play(emulator, reading);
  await start();
  await push("ben");
  await approve("ben");
  expect(counted(await merged())).toEqual([]);
});

test.each<[string, string, string]>([
  ["activity", "*/activity", "cannot read the log of pull request 1 of repository acme/access"],
  ["commits", "*/commits/*", "cannot read the commits up to"],
])("what cannot be read counts for nothing, and is said: %s", async (_, at, words) => {
  await start();
  await approve("ben");
  emulator.faults.add({ path: at, status: 403, times: "always" });
  const found = await merged();
  expect(found?.approvedBy).toEqual([]);
  expect(found?.refusals.join()).toContain(words);
});

test("a longer log than is read through counts for nothing", async () => {
  await start();
  await approve("ben");
  const comment = () => ask("chen", "POST", `${request}/comments`, { content: { raw: "x" } });
  for (let index = 0; index < 40; index++) await Promise.all(Array.from({ length: 26 }, comment));
  const found = await merged();
  expect(found?.approvedBy).toEqual([]);
  expect(found?.refusals).toContainEqual(expect.stringContaining("does not end after 20 pages"));
});

test("a commit that begins like the merge of a pull request is not that merge", async () => {
  await emulator.close();
  const file = join(folder, "state.json");
  emulator = await startEmulator({ seed, file });
  await start();
  await approve("ben");
  const { head } = (await merged())!;
  await emulator.close();
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  const bare = state.repositories[0]!.folder!;
  const merge = readFileSync(join(bare, "refs/heads/main"), "utf8").trim();
  const content = readObject(bare, merge)!.content.toString().replace(`parent ${head}\n`, "");
  const alike = merge.slice(0, 12) + "0".repeat(28);
  // Of a hash that is not its own: Git would not have it.
  writeFileSync(
    join(bare, "objects", alike.slice(0, 2), alike.slice(2)),
    deflateSync(`commit ${content.length}\0${content}`),
  );
  emulator = await startEmulator({ file });
  const repository = repositoryOf();
  const found = await repository.commit(alike);
  expect(found.message).toBe("Merged in topic (pull request #1)");
  expect(await repository.mergedAs(found)).toBeUndefined();
});

test("paths that differ are all named, whichever way and however many", async () => {
  const tip = async (branch: string) =>
    (await ask<{ target: { hash: string } }>("ana", "GET", `${path}/refs/branches/${branch}`)).target.hash;
  const before = await tip("main");
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${1000 + index}`, "x"]));
  await push("ana", undefined, { branch: "main", ...many, files: "access.yaml", renamed: "0" });
  const after = await tip("main");
  const paths = await repositoryOf().changedPaths(before, after);
  expect(paths).toEqual(await repositoryOf().changedPaths(after, before));
  expect(paths).toEqual(["access.yaml", ...Object.keys(many), "renamed"]);
});
