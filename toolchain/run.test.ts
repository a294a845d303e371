/** The first set-up of a clone, with an npm and a Go that only say that they ran. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./places";
import { isAlive, startOf } from "./processes";

// Processes of their own, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "a clone "));
  for (const file of ["toolchain/run.mjs", "toolchain/go/build.json", "package-lock.json"])
    cpSync(join(root, file), join(folder, file));
  mkdirSync(join(folder, "toolchain/go/programs"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes its id and its arguments, and does the rest in a child of its own. */
function program(name: string, rest: string): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\n${rest} &\necho "$! $*" > '${join(folder, name)}'\nwait $!\n`);
  chmodSync(file, 0o755);
}

async function started(name: string) {
  const file = join(folder, name);
  for (let wait = 0; !existsSync(file) || readFileSync(file, "utf8") === ""; wait++) {
    if (wait > 500) throw new Error(`${name} was not started`);
    await sleep(20);
  }
  const [id = "", ...words] = readFileSync(file, "utf8").trim().split(" ");
  return { id: Number(id), start: startOf(Number(id)), words };
}

function run(...words: string[]) {
  const path = [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter);
  const env = { PATH: path, XDG_CACHE_HOME: join(folder, "cache") };
  const child = spawn(process.execPath, [join(folder, "toolchain/run.mjs"), ...words], { env });
  let text = "";
  child.stderr.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, text });
    });
  });
  return { child, ended };
}

async function gone({ id, start }: { id: number; start: string }): Promise<boolean> {
  for (let wait = 0; isAlive(id, start) && wait < 1000; wait++) await sleep(20);
  return !isAlive(id, start);
}

test("Go compiles what the toolchain is built from while npm installs, and ends with it", async () => {
  program("npm", "sleep 1");
  program("go", "sleep 60");
  const { ended } = run("local");
  const go = await started("go");
  expect(go.words).toEqual(expect.arrayContaining(["build", "-tags=disable_grpc_modules", "./keycloak"]));
  const { code, text } = await ended;
  expect(text).toMatch(
    /^installing the packages of package-lock.json …\ninstalled the packages: 1 s\nerror: the project's own Node 24 /,
  );
  expect(code).toBe(1);
  expect(await gone(go)).toBe(true);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s ends both, with all that they have started, and what was installed does not count",
  async (signal, code) => {
    program("npm", "sleep 60");
    program("go", "sleep 60");
    const { child, ended } = run("setup");
    const both = [await started("npm"), await started("go")];
    child.kill(signal);
    expect((await ended).code).toBe(code);
    expect(await Promise.all(both.map(gone))).toEqual([true, true]);
    expect(existsSync(join(folder, "node_modules/.installed-from"))).toBe(false);
  },
);

test.each([
  [
    "what was built for another clone is there",
    ["local"],
    () => {
      mkdirSync(join(folder, "cache/bitbucket-keycloak/programs-0123"), { recursive: true });
    },
  ],
  [
    "the official CLI is there",
    ["local"],
    () => {
      program("pulumi", "true");
    },
  ],
  ["only help is wanted", ["setup", "--help"], () => undefined],
  ["the command needs no toolchain", ["audit"], () => undefined],
])("nothing is compiled where %s", async (_what, words, prepare) => {
  program("npm", "sleep 0.3");
  program("go", "sleep 60");
  prepare();
  await run(...words).ended;
  expect(existsSync(join(folder, "npm"))).toBe(true);
  expect(existsSync(join(folder, "go"))).toBe(false);
});

test("an npm that fails is said, whatever Go does", async () => {
  program("npm", "sh -c 'exit 3'");
  const { ended } = run("local");
  expect(await ended).toEqual({
    code: 1,
    text: "installing the packages of package-lock.json …\nerror: npm ci failed; what it says is above. Try it again, then: rm -r node_modules\n",
  });
});
