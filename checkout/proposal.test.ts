import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { InvalidAccess } from "../access";
import { readProposal } from "./proposal";

let folder: string;
let witness: string;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@x.example", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
const write = (path: string, text: string | Buffer) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const commit = () => {
  git("add", "--all");
  git("commit", "--quiet", "--message", "One");
};
/** A branch off main with what `change` does to the files; main is checked out afterwards. */
const branch = (name: string, change: () => void) => {
  git("checkout", "--quiet", "-b", name, "main");
  change();
  commit();
  git("checkout", "--quiet", "main");
};
const problems = async (ref: string) => {
  const thrown: unknown = await readProposal(folder, ref).catch((error: unknown) => error);
  if (!(thrown instanceof InvalidAccess)) throw new Error(`expected problems, found ${String(thrown)}`);
  return thrown.problems.map(({ file, found }) => `${file}: ${found}`);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "proposal "));
  witness = join(folder, ".git", "witness");
  git("init", "--quiet", "--initial-branch", "main");
  write("access.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n");
  write("stacks/Pulumi.dev.yaml", "config: {}\n");
  write("index.ts", "of the target branch");
  commit();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("takes the data of a commit, nothing else of it, and leaves the checkout alone", async () => {
  branch("more", () => {
    write("access.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n");
    write("access.lock.yaml", "workspace: acme\n");
    write("exceptions.yaml", "exceptions: []\n");
    write("index.ts", "evil");
    write("stacks/evil.ts", "evil");
    write("stacks/deeper/Pulumi.dev.yaml", "evil");
    write("Pulumi.yaml", "evil");
  });
  const { commit: from, onto, texts, changed } = await readProposal(folder, "more");

  expect([...texts.keys()].sort()).toEqual([
    "access.lock.yaml",
    "access.yaml",
    "exceptions.yaml",
    "stacks/Pulumi.dev.yaml",
  ]);
  expect(texts.get("access.yaml")).toBe("one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n");
  expect(changed).toEqual(["access.lock.yaml", "access.yaml", "exceptions.yaml"]);
  expect([from, onto]).toEqual([git("rev-parse", "more"), git("rev-parse", "main")]);
  expect(git("status", "--porcelain")).toBe("");
});

test("a branch that is behind does not take back what was merged since", async () => {
  branch("more", () => {
    write("access.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n");
  });
  write("access.yaml", "one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n");
  commit();
  const { texts } = await readProposal(folder, "more");
  expect(texts.get("access.yaml")).toBe("one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n");

  branch("clash", () => {
    write("access.yaml", "one: 7\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n");
  });
  write("access.yaml", "one: 8\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n");
  commit();
  expect(await problems("clash")).toEqual(["access.yaml: a conflict with what was merged since"]);
});

test("many files that are long together are refused before any is read", async () => {
  branch("long", () => {
    for (let file = 0; file < 6; file++) write(`stacks/Pulumi.s${file}.yaml`, Buffer.alloc(1024 * 1024, "#"));
  });
  expect(await problems("long")).toEqual([
    expect.stringMatching(/: 62\d{5} bytes in all data files together$/),
  ]);
});

test("a link out of the tree, a folder, a huge file and bytes that are no text are refused, all of them", async () => {
  branch("odd", () => {
    rmSync(join(folder, "access.yaml"));
    symlinkSync("/etc/passwd", join(folder, "access.yaml"));
    write("access.lock.yaml/file", "x");
    write("stacks/Pulumi.dev.yaml", Buffer.alloc(5 * 1024 * 1024, "x"));
  });
  expect(await problems("odd")).toEqual([
    "access.lock.yaml: a link or a folder",
    "access.yaml: a link or a folder",
    "stacks/Pulumi.dev.yaml: 5242880 bytes",
  ]);
  branch("bytes", () => {
    write("access.yaml", Buffer.from([0xff, 0xfe, 0x00]));
  });
  expect(await problems("bytes")).toEqual(["access.yaml: something that is not UTF-8 text"]);
  branch("none", () => {
    rmSync(join(folder, "access.yaml"));
  });
  expect(await problems("none")).toEqual(["access.yaml: no such file"]);
});

test("no hook, filter or merge driver that a commit asks for is run", async () => {
  const run = join(folder, "evil.sh");
  branch("evil", () => {
    write("access.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 6\n");
    write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
    write("evil.sh", `#!/bin/sh\ntouch '${witness}'\n`);
    chmodSync(run, 0o755);
    for (const hook of ["post-checkout", "post-merge", "reference-transaction"]) {
      write(`.githooks/${hook}`, `#!/bin/sh\ntouch '${witness}'\n`);
      chmodSync(join(folder, `.githooks/${hook}`), 0o755);
    }
  });
  git("config", "core.hooksPath", ".githooks");
  write("access.yaml", "one: 0\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n");
  commit();
  const { texts } = await readProposal(folder, "evil");
  expect(texts.get("access.yaml")).toContain("five: 6");
  expect(existsSync(witness)).toBe(false);
});

test("a ref that is an option, or not there, is said to be missing", async () => {
  await expect(readProposal(folder, "--all")).rejects.toThrow('there is no commit "--all" in this checkout');
});
