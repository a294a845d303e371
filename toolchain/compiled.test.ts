/** A process starts from one compiled file, which is never older than what went into it. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compiled, localFolder } from "./places";

const cache = join(localFolder, "compiled");

// Processes of their own, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  mkdirSync(localFolder, { recursive: true });
  folder = mkdtempSync(join(localFolder, "compiled test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface List {
  readonly entry: string;
  readonly output: string;
}

/** What is kept of this test's programs; others are compiled meanwhile. */
function kept(): (List & { readonly file: string })[] {
  if (!existsSync(cache)) return [];
  return readdirSync(cache).flatMap((name) => {
    if (!name.endsWith(".json")) return [];
    const file = join(cache, name);
    const text = readFileSync(file, "utf8");
    return text.includes(folder) ? [{ ...(JSON.parse(text) as List), file }] : [];
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** What was written a moment ago is compiled, and not kept. */
const settle = () => sleep(2_100);

function run(env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: "utf8", env: { ...process.env, ...env } } as const;
  const args = [compiled, join(folder, "main.ts"), "word"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr };
}

const fine = (said: string) => ({ status: 0, stdout: `${said}\n`, stderr: "" });

test("TypeScript runs with what it imports and its arguments, and is compiled once", async () => {
  write("main.ts", 'import { said } from "./said";\nconsole.log(said(process.argv[2] as string));\n');
  write("said.ts", "export const said = (word: string): string => `said ${word}`;\n");
  expect(run()).toEqual(fine("said word"));
  expect(kept()).toEqual([]);
  await settle();
  expect(run()).toEqual(fine("said word"));
  const [made, ...others] = kept();
  expect([made?.entry, others]).toEqual([join(folder, "main.ts"), []]);
  // What runs is what was kept.
  writeFileSync(join(cache, made?.output ?? ""), 'console.log("kept");\n');
  expect(run()).toEqual(fine("kept"));
});

test("a file that has changed, be it by one sign, or is gone, is seen; a new time alone is no change", async () => {
  write("main.ts", 'import { said } from "./said";\nconsole.log(said);\n');
  write("said.ts", 'export const said = "one";\n');
  await settle();
  expect(run()).toEqual(fine("one"));
  write("said.ts", 'export const said = "two";\n');
  expect(run()).toEqual(fine("two"));
  await settle();
  expect(run()).toEqual(fine("two"));

  const [before] = kept();
  writeFileSync(join(cache, before?.output ?? ""), 'console.log("kept");\n');
  utimesSync(join(folder, "said.ts"), 1, 1);
  expect([run(), run()]).toEqual([fine("kept"), fine("kept")]);

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

test("an error names the TypeScript it comes from when that is asked for", async () => {
  write(
    "main.ts",
    'interface Nothing {}\n\nthrow new Error("found");\nconsole.log("on");\nexport type { Nothing };\n',
  );
  await settle();
  const place = `${join(folder, "main.ts")}:3`;
  expect(run().stderr).not.toContain(place);
  const asked = () => run({ BITBUCKET_KEYCLOAK_SOURCE_MAPS: "1" }).stderr;
  // Compiled, and then as it was kept.
  for (const said of [asked(), asked()]) expect(said).toContain(place);
});

test("what was half written is compiled anew, and what is of no more use is taken away", async () => {
  write("main.ts", 'console.log("whole");\n');
  await settle();
  run();
  const [made] = kept();
  for (const spoil of ["", "{", '{"entry":"x","output":"none.cjs","inputs":{}}']) {
    writeFileSync(made?.file ?? "", spoil);
    expect(run()).toEqual(fine("whole"));
  }
  write("main.ts", 'console.log("other");\n');
  await settle();
  expect(run()).toEqual(fine("other"));
  expect(existsSync(join(cache, made?.output ?? ""))).toBe(false);
  expect(kept()).toHaveLength(1);
});

test("gRPC takes no proxy to this machine, whatever the environment names", () => {
  write("main.ts", "console.log(process.env.no_grpc_proxy);\n");
  const direct = (env: NodeJS.ProcessEnv) =>
    run({ no_proxy: undefined, no_grpc_proxy: undefined, ...env }).stdout.trim();
  expect(direct({})).toBe("127.0.0.1,localhost");
  expect(direct({ no_proxy: "a.test,localhost" })).toBe("a.test,localhost,127.0.0.1");
  expect(direct({ no_proxy: "a.test", no_grpc_proxy: "b.test" })).toBe("b.test,127.0.0.1,localhost");
});
