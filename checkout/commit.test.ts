import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commitOf } from "./commit";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commit "));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("outside of a checkout there is none", () => {
  expect(commitOf(folder, { GIT_CEILING_DIRECTORIES: folder })).toBeUndefined();
});

test("outside of a checkout, a pipeline says which commit it runs for", () => {
  expect(commitOf(folder, { BITBUCKET_COMMIT: "abc", GIT_CEILING_DIRECTORIES: folder })).toBe("abc");
});

test("the commit of a checkout, marked where what is declared differs from it", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
  git("init", "--quiet");
  writeFileSync(join(folder, "access.yaml"), "company: Small\n");
  git("add", ".");
  git("-c", "user.name=A", "-c", "user.email=a@x.example", "commit", "--quiet", "--message", "One");
  const commit = git("rev-parse", "HEAD");

  expect(commitOf(folder, {})).toBe(commit);
  // In a runner repository, the pipeline's own commit is another repository's.
  expect(commitOf(folder, { BITBUCKET_COMMIT: "abc" })).toBe(commit);
  writeFileSync(join(folder, "notes.md"), "Of no account\n");
  expect(commitOf(folder, {})).toBe(commit);
  writeFileSync(join(folder, "access.yaml"), "company: Large\n");
  expect(commitOf(folder, {})).toBe(`${commit}+`);
});

test.each(["access.yaml", "access.lock.yaml", "exceptions.yaml", "stacks/Pulumi.dev.yaml"])(
  "a commit is not what is brought up while %s differs from it",
  (path) => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
    git("init", "--quiet");
    git(
      "-c",
      "user.name=A",
      "-c",
      "user.email=a@x.example",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "One",
    );
    const commit = git("rev-parse", "HEAD");
    expect(commitOf(folder, {})).toBe(commit);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "# new\n");
    expect(commitOf(folder, {})).toBe(`${commit}+`);
  },
);
