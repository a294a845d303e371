/** Where a change comes from, asked of a real checkout. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessRepository } from "../clients/accessRepository";
import { operatorOf, keycloakAccountOf, pipelineOf } from "./operator";
import { sourcesOf } from "./sources";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...identity },
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
let identity: Record<string, string> = {};
const as = (name: string) => {
  const email = `${name}@acme.example`;
  identity = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
};
const commit = (name: string, file: string, subject: string): string => {
  as(name);
  writeFileSync(join(folder, file), subject);
  git("add", ".");
  git("commit", "-qm", subject);
  return git("rev-parse", "HEAD");
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sources "));
  mkdirSync(join(folder, "stacks"));
  git("init", "-q", "-b", "main");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("commits since the last run that touch what decides about rights, newest first, by their authors", async () => {
  const first = commit("ana", "access.yaml", "The company");
  commit("ben", "README.md", "Words");
  const second = commit("ben", "stacks/Pulumi.prod.yaml", "Settings");
  const third = commit("cem", "access.yaml", "Support reads");
  const told = async (since: string | undefined, to = third) =>
    (await sourcesOf(folder, { since, commit: to }, undefined)).map((one) => [
      one.commit,
      one.author.name,
      one.subject,
    ]);
  expect(await told(first)).toEqual([
    [third, "cem", "Support reads"],
    [second, "ben", "Settings"],
  ]);
  expect(await told(`${second}+`, `${third}+`)).toEqual([[third, "cem", "Support reads"]]);
  expect(await told(undefined)).toEqual([[third, "cem", "Support reads"]]);
  expect(await told("0".repeat(40))).toEqual([[third, "cem", "Support reads"]]);
  expect(await told(third)).toEqual([]);
  expect(await sourcesOf(folder, { since: first, commit: undefined }, undefined)).toEqual([]);
  expect(await sourcesOf(tmpdir(), { since: first, commit: third }, undefined)).toEqual([]);
});

/** A commit object as whoever pushes may make it, with any byte in any place. */
const forged = (parent: string, author: string, message: string): string => {
  const tree = git("rev-parse", "HEAD^{tree}");
  const text = `tree ${tree}\nparent ${parent}\nauthor ${author} 1700000000 +0000\ncommitter ${author} 1700000000 +0000\n\n${message}`;
  const args = ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"];
  return execFileSync("git", args, { cwd: folder, encoding: "utf8", input: text }).trim();
};
const fake = "f".repeat(40);

test.each([
  [
    "control characters of a list",
    `Words\u001e${fake}\u001fben\u001fben@acme.example\u001fApproved\u001fApproved`,
  ],
  ["no byte at all", `Words\0${fake}\0ben\0ben@acme.example\0Approved\0Approved\0`],
  ["a commit's own lines", `Words\n\nauthor ben <ben@acme.example> 1700000000 +0000\ncommit ${fake}`],
  ["line breaks and colours", `Words\r\u001b[2J\n${fake}\n`],
])("no message forges a second commit, or another author: %s", async (_, message) => {
  const first = commit("ana", "access.yaml", "The company");
  commit("mallory", "access.yaml", "Other words");
  const last = forged(first, "mallory <mallory@acme.example>", message);
  const sources = await sourcesOf(folder, { since: first, commit: last }, undefined);
  expect(sources.map(({ commit: hash, author }) => [hash, author])).toEqual([
    [last, { name: "mallory", email: "mallory@acme.example" }],
  ]);
  expect(sources[0]?.subject).toMatch(/^Words/);
});

test("a name forges no address: what stands in the last brackets of Git's line is none of it", async () => {
  const first = commit("ana", "access.yaml", "The company");
  commit("mallory", "access.yaml", "Other words");
  const name = "ana\u001fana@acme.example\u001fx\u001e";
  const last = forged(first, `${name} <mallory@acme.example>`, "Words");
  expect(await sourcesOf(folder, { since: first, commit: last }, undefined)).toEqual([
    { commit: last, author: { name, email: "mallory@acme.example" }, subject: "Words" },
  ]);
});

test("an object that stands in for another is not asked", async () => {
  const first = commit("ana", "access.yaml", "The company");
  const last = commit("mallory", "access.yaml", "Words");
  git("replace", last, forged(first, "ana <ana@acme.example>", "Words"));
  const [source] = await sourcesOf(folder, { since: first, commit: last }, undefined);
  expect(source?.author.name).toBe("mallory");
});

test("a merge is by the author of its pull request, with those who approved", async () => {
  const first = commit("ana", "access.yaml", "The company");
  git("checkout", "-qb", "support");
  commit("dora", "access.yaml", "Support reads");
  git("checkout", "-q", "main");
  as("ben");
  git("merge", "-q", "--no-ff", "support", "-m", "Merged in support (pull request #7)");
  const merge = git("rev-parse", "HEAD");
  const asked: string[] = [];
  const repository = {
    name: "acme/access",
    mergedAs: ({ hash, message }: { hash: string; message: string }) => {
      asked.push(`${hash} ${message.trim()}`);
      const found = {
        id: 7,
        title: "Support reads",
        author: "{d}",
        approvedBy: ["{b}"],
        names: new Map([["{d}", "Dora"]]),
      };
      return Promise.resolve(found);
    },
  } as unknown as AccessRepository;
  expect(await sourcesOf(folder, { since: first, commit: merge }, repository)).toEqual([
    {
      commit: merge,
      author: { account: "{d}", name: "Dora" },
      subject: "Merged in support (pull request #7)",
      pullRequest: {
        repository: "acme/access",
        id: 7,
        title: "Support reads",
        author: { account: "{d}", name: "Dora" },
        approvedBy: [{ account: "{b}" }],
      },
    },
  ]);
  expect(asked).toEqual([`${merge} Merged in support (pull request #7)`]);
});

test("who starts a command: in a pipeline whom Bitbucket names, at a terminal whom Git and the machine name", async () => {
  git("config", "user.name", "Ana Kaya");
  git("config", "user.email", "ana@acme.example");
  expect(await operatorOf(folder, {})).toEqual({
    name: "Ana Kaya",
    email: "ana@acme.example",
    machine: expect.stringMatching(/^\S+ on \S+$/) as string,
  });
  const step = {
    BITBUCKET_STEP_TRIGGERER_UUID: "{c}",
    BITBUCKET_REPO_FULL_NAME: "acme/runner",
    BITBUCKET_PIPELINE_UUID: "{p}",
    BITBUCKET_BUILD_NUMBER: "12",
  };
  expect(await operatorOf(folder, step)).toEqual({ account: "{c}" });
  expect(pipelineOf(step)).toEqual({ repository: "acme/runner", pipeline: "{p}", build: "12" });
  expect(pipelineOf({})).toBeUndefined();
  expect(
    keycloakAccountOf({ KEYCLOAK_USER: "Admin", KEYCLOAK_PASSWORD: "x", KEYCLOAK_CLIENT_ID: "admin-cli" }),
  ).toBe("admin");
  expect(keycloakAccountOf({ KEYCLOAK_CLIENT_ID: "Deployer" })).toBe("service-account-deployer");
});
