import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startLab, tokenOf, type Lab, type Person } from "../testing/lab";
import { alpha, run as runPipeline } from "../testing/pipelines";

let lab: Lab;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "git-"));
  lab = await startLab({ caches: join(folder, "caches") });
});
afterEach(async () => {
  await lab.emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Git itself, with a token as the password. */
const git = (person: Person, ...args: string[]) => {
  const token = Buffer.from(`x-bitbucket-api-token-auth:${tokenOf(person)}`).toString("base64");
  const options = { cwd: folder, env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } };
  return promisify(execFile)(
    "git",
    ["-c", `http.extraHeader=Authorization: Basic ${token}`, "-c", "fetch.fsckObjects=true", ...args],
    options,
  );
};
const address = () => `${lab.emulator.url}/lab/alpha.git`;

test("Git clones what the API says is there, branches and history included", async () => {
  await lab.as("ann").form(`${alpha}/src`, {
    "folder/deep/file.txt": "ä\n",
    "folder-b": "b",
    folder2: "2",
    branch: "feature/one",
    message: "Two\n\nlines",
  });
  await git("bob", "clone", "--quiet", address(), "clone");

  const clone = join(folder, "clone");
  expect(readFileSync(join(clone, "README.md"), "utf8")).toBe("# alpha\n");
  await git("bob", "-C", clone, "checkout", "--quiet", "feature/one");
  expect(readFileSync(join(clone, "folder/deep/file.txt"), "utf8")).toBe("ä\n");
  const { stdout } = await git("bob", "-C", clone, "log", "--format=%H %s");
  const branches = (await lab.as("ann").get(`${alpha}/refs/branches`)).json.values as {
    name: string;
    target: { hash: string };
  }[];
  const tip = (name: string) => branches.find((each) => each.name === name)?.target.hash;
  expect(stdout).toBe(`${tip("feature/one")} Two\n${tip("main")} First commit of main\n`);
  expect((await git("bob", "-C", clone, "fsck", "--strict")).stderr).not.toMatch(/error|warning/);
});

test("Git is shown nothing without a right to it", async () => {
  await expect(git("cas", "ls-remote", address())).rejects.toThrow("not found");
  const wrong = address().replace("//", "//x-bitbucket-api-token-auth:wrong@");
  await expect(
    promisify(execFile)("git", ["ls-remote", wrong], { env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } }),
  ).rejects.toThrow("Authentication failed");
  expect((await fetch(`${address()}/info/refs`)).status).toBe(401);
});

test("a custom pipeline has variables with defaults and allowed values, and caches that outlive a step", async () => {
  const file = `
definitions: { caches: { words: kept/words } }
pipelines:
  custom:
    x:
      - variables: [{ name: WORD, default: one, allowed-values: [one, two] }]
      - step:
          caches: [words]
          script: ["cat kept/words/all 2>/dev/null || true", "mkdir -p kept/words", 'echo "$WORD" > kept/words/all']`;
  await lab.as("ann").form(`${alpha}/src`, { "bitbucket-pipelines.yml": file });
  const start = (value?: string) =>
    runPipeline(lab.as("ann"), {
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: "main",
        selector: { type: "custom", pattern: "x" },
      },
      ...(value !== undefined && { variables: [{ key: "WORD", value }] }),
    });
  expect((await start()).logs[0]).not.toMatch(/^one$/m);
  expect((await start("two")).logs[0]).toMatch(/^one$/m);
  await expect(start("three")).rejects.toThrow('"three\\" is none of one, two');
});
