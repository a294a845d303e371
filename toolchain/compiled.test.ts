/** A process starts from one compiled file, which is never older than what went into it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localFolder, root } from "./places";

const compiled = join(root, "toolchain/compiled.cjs");
const kept = () => readdirSync(join(localFolder, "compiled")).filter((name) => name.endsWith(".cjs"));

let folder: string;
let before: readonly string[];

beforeEach(() => {
  mkdirSync(join(localFolder, "compiled"), { recursive: true });
  before = kept();
  folder = mkdtempSync(join(localFolder, "compiled test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of kept()) if (!before.includes(name)) rmSync(join(localFolder, "compiled", name));
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function run(env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", compiled, join(folder, "main.ts"), "word"],
    options,
  );
  return { status, stdout, stderr };
}

test("TypeScript runs with what it imports and its arguments, and is compiled once", () => {
  write("main.ts", 'import { said } from "./said";\nconsole.log(said(process.argv[2] as string));\n');
  write("said.ts", "export const said = (word: string): string => `said ${word}`;\n");
  expect(run()).toEqual({ status: 0, stdout: "said word\n", stderr: "" });
  const made = kept();
  expect(made).toHaveLength(before.length + 1);
  expect(run()).toEqual({ status: 0, stdout: "said word\n", stderr: "" });
  expect(kept()).toEqual(made);
});

test("a file that has changed, or is gone, is seen", () => {
  write("main.ts", 'import { said } from "./said";\nconsole.log(said);\n');
  write("said.ts", 'export const said = "first";\n');
  expect(run().stdout).toBe("first\n");
  write("said.ts", 'export const said = "second";\n');
  expect(run().stdout).toBe("second\n");
  rmSync(join(folder, "said.ts"));
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain('Could not resolve "./said"');
});

test("a mistake in the text ends it with file and line", () => {
  write("main.ts", "const half = ;\n");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toMatch(/main\.ts:1:13: ERROR: Unexpected ";"/);
});

test("an error names the TypeScript it comes from when that is asked for", () => {
  write("main.ts", 'interface Nothing {}\n\nthrow new Error("found");\nexport type { Nothing };\n');
  expect(run().stderr).not.toContain("main.ts:3");
  expect(run({ BITBUCKET_KEYCLOAK_SOURCE_MAPS: "1" }).stderr).toContain("main.ts:3");
});

test("what was half written, or is something else, is compiled anew", () => {
  write("main.ts", 'console.log("whole");\n');
  run();
  const [name = ""] = kept().filter((one) => !before.includes(one));
  for (const text of ["", "//{", '//{"/nowhere":"1 1"}\nconsole.log("stale");\n']) {
    writeFileSync(join(localFolder, "compiled", name), text);
    expect(run()).toEqual({ status: 0, stdout: "whole\n", stderr: "" });
  }
});
