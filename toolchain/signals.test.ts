/**
 * One Ctrl-C, however it comes, is one for the program that runs in the end: through the real entry of every command, in
 * a real terminal (that of util-linux' `script`). In Pulumi's place stands a program that counts.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./places";
import { versions } from "./versions";

jest.setTimeout(60_000);

/** Ends a moment after it was interrupted, so that echoes have time to arrive. */
const counting = `if (process.argv[2] === "version") console.log("v${versions.pulumi}");
else {
  let count = 0;
  let end;
  process.on("SIGINT", () => {
    count++;
    end ??= setTimeout(() => { console.log("interrupted " + count + " times"); process.exit(0); }, 700);
  });
  setTimeout(() => process.exit(1), 30000);
  console.log("running");
}
`;

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signals-"));
  const program = join(folder, "counting.cjs");
  writeFileSync(program, counting);
  for (const name of ["pulumi", "pulumi-language-nodejs"]) {
    // A line "#!" takes no path with a blank.
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  for (const name of ["BITBUCKET_KEYCLOAK_BUILD", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"]) {
    env[name] = undefined;
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const entry = `"${process.execPath}" "${join(root, "toolchain/run.mjs")}"`;
/** What npm does: it starts a shell, and passes on what it hears. */
const command = `${entry} pulumi up -s local`;

test.each([
  ["at a terminal", command],
  ["at a terminal that the command does not read", `${command} </dev/null`],
  ["at a terminal, in a pipe", `yes no | ${command}`],
])("Ctrl-C %s is one interrupt", async (_where, line) => {
  const terminal = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], { env });
  expect(await whenRunning(terminal, () => terminal.stdin.write("\x03"))).toContain("interrupted 1 times");
});

test.each([
  ["the whole group of processes", -1],
  ["only the process that was started", 1],
])("a signal to %s is one interrupt", async (_whom, sign) => {
  const starter = spawn("sh", ["-c", `exec ${command}`], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(await whenRunning(starter, () => process.kill(sign * (starter.pid ?? 0), "SIGINT"))).toContain(
    "interrupted 1 times",
  );
});

test("being asked to end is an interrupt, too", async () => {
  const starter = spawn("sh", ["-c", `exec ${command}`], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = (): void => {
    starter.kill("SIGTERM");
  };
  expect(await whenRunning(starter, end)).toContain("interrupted 1 times");
});

/** Interrupts it as soon as the program in Pulumi's place runs. @returns all that was printed */
function whenRunning(child: ChildProcess, interrupt: () => void): Promise<string> {
  let text = "";
  let isRunning = false;
  const read = (bytes: Buffer): void => {
    text += bytes.toString();
    if (isRunning || !text.includes("running")) return;
    isRunning = true;
    interrupt();
  };
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      resolve(text);
    });
  });
}
