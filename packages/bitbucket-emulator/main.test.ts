import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "../../toolchain/places";
import { clientOf, labSeed, people, tokenOf } from "./testing/lab";

// Processes of their own, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "emulator-test-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function start(...flags: readonly string[]) {
  const child = spawn(process.execPath, [compiled, join(__dirname, "main.ts"), ...flags]);
  const output = { text: "" };
  const collect = (chunk: Buffer): void => {
    output.text += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return { child, output };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "runs until %s, ends cleanly, and leaves its state",
  async (signal) => {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file("seed.json"), JSON.stringify(labSeed()));
    const flags = ["--seed", file("seed.json"), "--file", file("state.json"), "--log", file("log.jsonl")];
    const { child, output } = start(...flags);
    while (!output.text.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 50));
    const [url] = /http:\S+/.exec(output.text) ?? [""];
    expect(output.text).toBe(`Bitbucket emulator: ${url}\n`);
    const admin = clientOf(url, `${people.admin}:${tokenOf("admin")}`);
    expect((await admin.form("/1.0/groups/lab", { name: "kept" })).status).toBe(200);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readFileSync(file("state.json"), "utf8")).toContain('"slug":"kept"');
    expect(readFileSync(file("log.jsonl"), "utf8")).toContain('"path":"/1.0/groups/lab"');
  },
);

test("--limits keeps a limit of requests", async () => {
  const seed = join(folder, "seed.json");
  writeFileSync(seed, JSON.stringify(labSeed()));
  const { child, output } = start("--seed", seed, "--limits", "2");
  while (!output.text.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 50));
  const admin = clientOf(/http:\S+/.exec(output.text)?.[0] ?? "", `${people.admin}:${tokenOf("admin")}`);
  const ask = async (): Promise<number> => (await admin.get("/2.0/repositories/lab/alpha")).status;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each([
  ["a seed that lacks something", "{}", ["--seed", "SEED"], /^emulator: seed: workspace: /],
  ["a seed that is no JSON", '{"token": s3cret}', ["--seed", "SEED"], /^emulator: seed .*: not JSON\n$/],
  ["a seed that is not there", "{}", ["--seed", "nowhere.json"], /^emulator: ENOENT.*nowhere\.json/],
  ["a limit that is none", "{}", ["--limits", "0"], /expected a number of requests, above 0/],
  [
    "a reading that is none",
    "{}",
    ["--reading", "audience=none"],
    /^emulator: reading: audience: .*"replaced"\|"appended"/,
  ],
  [
    "a manner that is none",
    "{}",
    ["--manner", "rude"],
    /'rude' is invalid\. Allowed choices are strict, generous/,
  ],
  ["a port that is none", "{}", ["--port", "x"], /expected a number from 0 to 65535/],
])("%s: one message and exit code 1", async (_, content, flags, message) => {
  const seed = join(folder, "seed.json");
  writeFileSync(seed, content);
  const { child, output } = start(...flags.map((flag) => (flag === "SEED" ? seed : flag)));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(output.text).toMatch(message);
  expect(output.text).not.toContain("    at ");
  expect(output.text).not.toContain("s3cret");
  expect(existsSync(join(folder, "state.json"))).toBe(false);
});
