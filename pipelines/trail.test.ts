/** The trail of two pipelines at once, in a repository, as steps of the runner bring it along and take it home. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTrail, trailFolders } from "../trail";
import { compiled, root } from "../toolchain/places";

jest.setTimeout(60_000);

let folder: string;
const script = join(__dirname, "trail.sh");
const git = (at: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: at,
    stdio: ["ignore", "pipe", "ignore"],
  });
/** Adds an entry to the trail that the environment names, and ends with a code. */
const writer = `
  import { append } from ${JSON.stringify(join(root, "trail/writer"))};
  import { writingFolder } from ${JSON.stringify(join(root, "trail/place"))};
  const [, , id = "", code = "0"] = process.argv;
  const entry = { act: "note", id, at: "2026-11-25T12:00:00Z", stack: "prod", says: id } as const;
  void append(writingFolder(process.env, "."), [entry], { stack: "prod" }).then(() => process.exit(Number(code)));
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "runner-"));
  writeFileSync(join(folder, "write.ts"), writer);
  git(folder, "init", "--bare", "-q", "-b", "main", "acme/audit.git");
  git(folder, "clone", "-q", join(folder, "acme/audit.git"), "first");
  git(join(folder, "first"), "commit", "-q", "--allow-empty", "-m", "The trail begins");
  git(join(folder, "first"), "push", "-q", "origin", "HEAD:main");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a step of that name ends with. */
function step(clone: string, ...words: readonly string[]) {
  const cwd = join(folder, clone);
  mkdirSync(cwd);
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    AUDIT_SERVER: `file://${folder}`,
    AUDIT_REPOSITORY: "acme/audit",
    BITBUCKET_CLONE_DIR: cwd,
  };
  const { status, stderr } = spawnSync("sh", [script, ...words], { cwd: root, env, encoding: "utf8" });
  return { status, stderr };
}
const write = (id: string, code = 0) => [
  process.execPath,
  compiled,
  join(folder, "write.ts"),
  id,
  String(code),
];
/** As a shell reads it, wherever the checkout lies. */
const shell = (words: readonly string[]) => words.map((word) => `"${word}"`).join(" ");
const kept = () => {
  git(folder, "clone", "-q", join(folder, "acme/audit.git"), "reader");
  return trailFolders(join(folder, "reader"))
    .map((one) => readTrail(one))
    .map(({ entries, problems }) => [entries.map(({ id }) => id).join(), problems]);
};

test("each goes on from where it was, neither loses what the other wrote meanwhile, and its code is the command's", () => {
  // While the first is at work, another comes and goes.
  const meanwhile = shell(["sh", script, "rotate", ...write("2")]);
  const inner = `BITBUCKET_CLONE_DIR=${join(folder, "inner")} ${meanwhile} && ${shell(write("1"))}`;
  expect(step("one", "deploy-prod", "sh", "-c", inner)).toEqual({ status: 0, stderr: "" });
  expect(step("later", "deploy-prod", ...write("3", 4)).status).toBe(4);
  expect(step("idle", "deploy-prod", "true").status).toBe(0);
  expect(kept()).toEqual([
    ["1,3", []],
    ["2", []],
  ]);
});

test("its main branch may be called otherwise", () => {
  git(join(folder, "acme/audit.git"), "branch", "-m", "main", "trunk");
  expect(step("one", "deploy-prod", ...write("1"))).toEqual({ status: 0, stderr: "" });
  expect(kept()).toEqual([["1", []]]);
});

test("what cannot be taken home fails the step, and stands in its log", () => {
  const gone = `${shell(write("1"))}; rm -rf ${join(folder, "acme")}`;
  const { status, stderr } = step("one", "deploy-prod", "sh", "-c", gone);
  expect(status).toBe(1);
  expect(stderr).toContain("is not in acme/audit");
  expect(stderr).toContain('"id":"1"');
});

test("without a repository nothing is run", () => {
  const { status, stderr } = spawnSync("sh", [script, "x", "touch", join(folder, "ran")], {
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  expect([status === 0, stderr]).toEqual([
    false,
    expect.stringContaining("names the repository that keeps the audit trail"),
  ]);
});
