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
