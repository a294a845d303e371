import { execFile } from "node:child_process";
import {
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { labSeed, people, startLab, tokenOf, type Lab, type Person } from "../testing/lab";
import { alpha, run as runPipeline } from "../testing/pipelines";

jest.setTimeout(30_000);

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

const at = (person: Person) => ["-c", `user.name=${person}`, "-c", `user.email=${person}@lab.example`];
async function cloned(): Promise<string> {
  await git("ann", "clone", "--quiet", address(), "clone");
  await git("ann", "-C", "clone", "checkout", "--quiet", "-b", "topic");
  return join(folder, "clone");
}
async function committed(file: string, author: Person, committer: Person = author): Promise<void> {
  writeFileSync(join(folder, "clone", file), `by ${author}\n`);
  await git("ann", "-C", "clone", "add", ".");
  const who = `${author} <${author}@lab.example>`;
  await git("ann", "-C", "clone", ...at(committer), "commit", "--quiet", "--author", who, "-m", file);
}
const pushing = (person: Person, ...args: string[]) =>
  git(person, "-C", "clone", "push", "--quiet", "origin", ...args);

test("what Git pushes is there as it was made; the log of its pull request names who pushed", async () => {
  await cloned();
  await committed("a.txt", "bob", "cas");
  await pushing("ann", "topic");
  const { target } = (await lab.as("ann").get(`${alpha}/refs/branches/topic`)).json;
  expect([target.author.raw, target.author.user.display_name]).toEqual(["bob <bob@lab.example>", "bob"]);
  expect([target.committer.raw, target.committer.user.display_name]).toEqual([
    "cas <cas@lab.example>",
    "cas",
  ]);
  await lab.as("ann").post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "topic" } } });
  await git("ann", "-C", "clone", ...at("ann"), "commit", "--quiet", "--amend", "-m", "another");
  await pushing("admin", "--force", "topic");
  const { values } = (await lab.as("ann").get(`${alpha}/pullrequests/1/activity`)).json;
  expect(values[0].update.author.display_name).toBe("admin");
  await git("bob", "clone", "--quiet", "--branch", "topic", address(), "again");
  expect((await git("bob", "-C", "again", "fsck", "--strict")).stderr).not.toMatch(/error|warning/);
});

test("a push is refused as the restrictions say, and without the right", async () => {
  await cloned();
  await committed("a.txt", "ann");
  const restrict = (kind: string, pattern: string, more = {}) =>
    lab.as("admin").post(`${alpha}/branch-restrictions`, { kind, pattern, ...more });
  await restrict("push", "main", { users: [], groups: [] });
  await restrict("force", "topic");
  await restrict("delete", "topic");
  await expect(pushing("ann", "topic:main")).rejects.toThrow("pushing to main is restricted to others");
  await pushing("ann", "topic");
  await git("ann", "-C", "clone", ...at("ann"), "commit", "--quiet", "--amend", "-m", "another");
  await expect(pushing("ann", "--force", "topic")).rejects.toThrow("its history is protected");
  await expect(pushing("ann", "--delete", "topic")).rejects.toThrow("deleting topic is restricted");
  await expect(pushing("bob", "topic:other")).rejects.toThrow("403");
});

test("whoever pushes the commits of a pull request to its destination has merged it", async () => {
  await cloned();
  await committed("a.txt", "ann");
  await pushing("ann", "topic");
  await lab.as("ann").post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "topic" } } });
  await git("ann", "-C", "clone", "checkout", "--quiet", "main");
  await git("ann", "-C", "clone", ...at("ann"), "merge", "--quiet", "--no-ff", "topic");
  await pushing("ann", "main");
  const { json } = await lab.as("ann").get(`${alpha}/pullrequests/1`);
  expect([json.state, json.closed_by.display_name]).toEqual(["MERGED", "ann"]);
});

test("links, modes and bytes are as they were pushed, and a reference that is neither branch nor tag is not taken", async () => {
  await cloned();
  symlinkSync("README.md", join(folder, "clone", "link"));
  const bytes = Buffer.from([0, 255, 128, 10]);
  writeFileSync(join(folder, "clone", "bytes"), bytes, { mode: 0o755 });
  await committed("a.txt", "ann");
  await pushing("ann", "topic");
  await git("bob", "clone", "--quiet", "--branch", "topic", address(), "again");
  expect(readFileSync(join(folder, "again", "bytes"))).toEqual(bytes);
  expect(statSync(join(folder, "again", "bytes")).mode & 0o111).toBe(0o111);
  expect(readlinkSync(join(folder, "again", "link"))).toBe("README.md");
  await expect(pushing("ann", "topic:refs/notes/x")).rejects.toThrow("only branches and tags are emulated");
});

test("an access token clones by either way of saying it, and a former address leads to the new one", async () => {
  const token = "access-token-of-alpha";
  const seed = labSeed();
  seed.accessTokens = [{ name: "alpha", token, scopes: ["read:repository:bitbucket"], repository: "alpha" }];
  seed.repositories![0]!.formerly = ["before"];
  await lab.emulator.close();
  lab = await startLab({ seed });
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
  const list = async (slug: string, header: string) => {
    const args = ["-c", `http.extraHeader=Authorization: ${header}`, "ls-remote", "--heads"];
    return (await promisify(execFile)("git", [...args, `${lab.emulator.url}/lab/${slug}.git`], { env }))
      .stdout;
  };
  const basic = `Basic ${Buffer.from(`x-token-auth:${token}`).toString("base64")}`;
  const main = (await list("alpha", `Bearer ${token}`)).trim();
  expect(main).toMatch(/^[0-9a-f]{40}\trefs\/heads\/main$/);
  expect((await list("alpha", basic)).trim()).toBe(main);
  expect((await list("before", basic)).trim()).toBe(main);
  await expect(list("beta", basic)).rejects.toThrow("not found");
});

test("what both sides changed is a conflict, and nothing moves; what they changed apart is one file again", async () => {
  const ann = lab.as("ann");
  const lines = (...changed: [number, string][]) =>
    Array.from({ length: 9 }, (_, at) => `${new Map(changed).get(at) ?? String(at)}\n`).join("");
  const commit = (branch: string, text: string) => ann.form(`${alpha}/src`, { branch, "lines.txt": text });
  await commit("main", lines());
  await commit("one", lines([1, "one"]));
  await commit("two", lines([7, "two"]));
  await commit("three", lines([1, "three"]));
  for (const name of ["one", "two", "three"])
    await ann.post(`${alpha}/pullrequests`, { title: name, source: { branch: { name } } });
  const merge = (id: number) => ann.post(`${alpha}/pullrequests/${id}/merge`);
  expect([(await merge(1)).status, (await merge(2)).status]).toEqual([200, 200]);
  const refused = await merge(3);
  expect([refused.status, refused.json.error.detail]).toEqual([409, "lines.txt"]);
  expect((await ann.get(`${alpha}/src/main/lines.txt`)).text).toBe(lines([1, "one"], [7, "two"]));
  expect((await ann.get(`${alpha}/pullrequests/3`)).json.state).toBe("OPEN");
});

test("without Git, the API reads and writes all the same, and whoever clones is told what is missing", async () => {
  const before = process.env.PATH;
  process.env.PATH = folder;
  try {
    expect((await lab.as("ann").form(`${alpha}/src`, { branch: "topic", "a.txt": "a" })).status).toBe(201);
    expect((await lab.as("bob").get(`${alpha}/src/topic/a.txt`)).text).toBe("a");
    await lab.as("ann").post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "topic" } } });
    expect((await lab.as("ann").post(`${alpha}/pullrequests/1/merge`)).status).toBe(200);
    const credential = Buffer.from(`${people.bob}:${tokenOf("bob")}`).toString("base64");
    const headers = { authorization: `Basic ${credential}` };
    const answer = await fetch(`${address()}/info/refs?service=git-upload-pack`, { headers });
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining("install Debian's package git"),
    ]);
  } finally {
    process.env.PATH = before;
  }
});

test.each(["../../x", "a..b", "a b", "x.lock", "-x", "a/", "main/x"])("%s is no branch", async (branch) => {
  expect((await lab.as("ann").form(`${alpha}/src`, { branch, "a.txt": "a" })).status).toBe(400);
});

test.each(["../x", "a//b", ".git/config", "a/./b"])("%s is no file", async (file) => {
  expect((await lab.as("ann").form(`${alpha}/src`, { [file]: "a" })).status).toBe(400);
});

test("its repositories outlive the emulator with its state, and a reset begins them anew", async () => {
  await lab.emulator.close();
  const file = join(folder, "state.json");
  lab = await startLab({ file });
  await cloned();
  await committed("a.txt", "ann");
  await pushing("ann", "topic");
  await lab.emulator.close();
  lab = await startLab({ file });
  expect((await lab.as("bob").get(`${alpha}/src/topic/a.txt`)).text).toBe("by ann\n");
  await lab.as("admin").post("/emulator/reset");
  expect((await lab.as("bob").get(`${alpha}/refs/branches/topic`)).status).toBe(404);
});
