import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programSince } from "./program";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@small.example", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();
const write = (path: string, text: string) => {
  writeFileSync(join(folder, path), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "program "));
  for (const inner of ["stacks", "docs", "policy"]) mkdirSync(join(folder, inner));
  for (const path of ["index.ts", "access.yaml", "docs/a.txt", "README.md", "policy/rule.ts"])
    write(path, "one\n");
  write("stacks/Pulumi.prod.yaml", "config:\n  bitbucket-keycloak:protect: true\n");
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "one");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what is neither data nor prose is the program, committed or not; of the stack's file, what is no setting of ours", async () => {
  const since = git("rev-parse", "HEAD");
  const now = () => programSince(folder, since, { stack: "prod" });
  expect(await now()).toEqual([]);
  for (const path of ["access.yaml", "docs/a.txt", "README.md"]) write(path, "two\n");
  write("stacks/Pulumi.prod.yaml", "config:\n  bitbucket-keycloak:protect: false\n");
  expect(await now()).toEqual([]);
  write(
    "stacks/Pulumi.prod.yaml",
    "config:\n  keycloak:url: https://evil.example\nsecretsprovider: passphrase\n",
  );
  for (const path of ["index.ts", "policy/more.ts"]) write(path, "two\n");
  const changed = [
    "index.ts",
    "policy/more.ts",
    "stacks/Pulumi.prod.yaml, config keycloak:url",
    "stacks/Pulumi.prod.yaml, secretsprovider",
  ];
  expect(await now()).toEqual(changed);
  git("add", ".");
  git("commit", "--quiet", "-m", "two");
  expect(await now()).toEqual(changed);
  const tree = git("rev-parse", "HEAD^{tree}");
  expect(await programSince(folder, since, { stack: "prod", tree })).toEqual(changed);
  expect(await programSince(folder, since, { tree })).toEqual(["index.ts", "policy/more.ts"]);
});

test("what Git cannot tell is said, and counts", async () => {
  expect(await programSince(folder, "0".repeat(40))).toEqual([
    expect.stringContaining("is not in this clone"),
  ]);
  expect(await programSince(folder, undefined)).toEqual([expect.stringContaining("no commit says")]);
  rmSync(join(folder, ".git"), { recursive: true });
  expect(await programSince(folder, undefined)).toEqual([]);
});
