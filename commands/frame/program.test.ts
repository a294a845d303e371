import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repeated } from "./flags";
import { start } from "./program";
import { command, type Answer } from "./spec";

const ran = jest.fn();
let answers: Answer | readonly Answer[] = {};
const sub = command({
  name: "check",
  summary: "checks",
  argument: ["[folder]", "where"],
  flags: { "--since <day>": "from when" },
  exitCodes: { 0: "whole" },
  run: ({ argument, flags }) => {
    ran(argument, flags);
    return { json: flags };
  },
});
const report = command({
  name: "report",
  summary: "reports",
  flags: {
    "--since <day>": "from when",
    "--dry-run": "only looks",
    "--only <names...>": "these",
    "--stack <stack>": repeated("may be given again"),
  },
  formats: ["json", "markdown"],
  exitCodes: { 0: "fine", 2: "not fine", 3: "worse" },
  subcommands: [sub],
  run: ({ flags, say }) => {
    ran(flags);
    say("meanwhile");
    return answers as Answer<0 | 2 | 3>;
  },
});
const foreign = command({
  name: "foreign",
  summary: "another program's",
  argument: ["[arguments...]", "its own"],
  formats: [],
  passThrough: true,
  run: ({ argument }) => {
    ran(argument);
    return { code: argument.length };
  },
});
const failing = command({
  name: "fail",
  summary: "fails",
  exitCodes: { 0: "never" },
  run: () => Promise.reject(new Error("a reason")),
});

let folder: string;
let out: string[];
let err: string[];
const run = (...words: string[]) => start([report, foreign, failing], words, {});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "frame-"));
  [out, err] = [[], []];
  answers = { text: "text", json: { a: 1 }, markdown: "**md**", notes: ["a note"], code: 2 };
  ran.mockClear();
  jest
    .spyOn(process.stdout, "write")
    .mockImplementation((text) => out.push(String(text).replace(/\n$/, "")) > 0);
  jest
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => err.push(String(text).replace(/\n$/, "")) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("what a command prints and what was asked of it move no cursor, and errors hold no secret", async () => {
  answers = { text: "a\u001b[2J\u202eb", json: { a: "\u202e" }, notes: ["n\u009b2J"] };
  await run("report");
  await run("report", "--json");
  await start([report, foreign, failing], ["fail"], { PROD_KEYCLOAK_CLIENT_SECRET: "a reason" });
  await run("report", "--no\u202e");
  expect([out, err]).toEqual([
    ["meanwhile", "a\\u001b[2J\\u202eb", '{\n  "a": "\\u202e"\n}'],
    ["n\\u009b2J", "n\\u009b2J", "error: [secret]", "error: unknown option '--no\\u202e'"],
  ]);
});

test("a command ends with the exit code of its answer; notes go to the error stream", async () => {
  expect(await run("report")).toBe(2);
  expect([out, err]).toEqual([["meanwhile", "text"], ["a note"]]);
  answers = { text: "text" };
  expect(await run("report")).toBe(0);
});

test("of several answers 1 is the exit code if it is one of them, else the highest", async () => {
  answers = [{ code: 2 }, { code: 3 }, { code: 0 }];
  expect(await run("report")).toBe(3);
  answers = [{ code: 3 }, { code: 1 }];
  expect(await run("report")).toBe(1);
});

test("with --json nothing but the object is printed", async () => {
  expect(await run("report", "--json")).toBe(2);
  expect(out.map((text) => JSON.parse(text) as unknown)).toEqual([{ a: 1 }]);
  expect(err).toEqual(["a note"]);
});

test("markdown is written beside the text, or printed in its place", async () => {
  const file = join(folder, "report.md");
  await run("report", "--markdown", file);
  expect([readFileSync(file, "utf8"), out]).toEqual(["**md**", ["meanwhile", "text"]]);
  await run("report", "--markdown", "-");
  expect(out.slice(2)).toEqual(["meanwhile", "**md**"]);
});

test("an error is one line on the error stream, and exit code 1", async () => {
  expect(await run("fail", "--json")).toBe(1);
  expect([out, err]).toEqual([[], ["error: a reason"]]);
});

test.each([
  [["report", "--nope"], "error: unknown option '--nope'"],
  [["report", "chekc"], 'error: found "chekc"; allowed: check'],
  [["report", "check", "--dry-run"], "error: unknown option '--dry-run'"],
  [["fail", "--markdown", "-"], "error: unknown option '--markdown'"],
  [["fail", "word"], "error: too many arguments for 'fail'. Expected 0 arguments but got 1."],
  [["nope"], "error: unknown command 'nope'"],
])("%j is refused before anything runs", async (words, message) => {
  expect(await run(...words)).toBe(1);
  expect([out, err]).toEqual([[], [message]]);
  expect(ran).not.toHaveBeenCalled();
});

test("flags by their names in camel case; those that were not given are absent", async () => {
  await run("report", "--dry-run", "--only", "a", "b", "--stack", "x", "--stack", "y");
  expect(ran).toHaveBeenLastCalledWith({ dryRun: true, only: ["a", "b"], stack: ["x", "y"] });
});

test("a subcommand takes its flags before and after its name, and none that it lacks", async () => {
  await run("report", "--since", "mon", "--dry-run", "check", "here", "--json");
  expect(ran).toHaveBeenLastCalledWith("here", { since: "mon" });
  await run("report", "--since", "mon", "check", "--since", "tue");
  expect(ran).toHaveBeenLastCalledWith(undefined, { since: "tue" });
});

test("another program gets every word, and its exit code counts", async () => {
  expect(await run("foreign", "--help", "-x", "--json")).toBe(3);
  expect(ran).toHaveBeenLastCalledWith(["--help", "-x", "--json"]);
});

test("a flag that npm kept to itself is an error, and the right call is named", async () => {
  const env = { npm_config_dry_run: "true", npm_config_json: "true" };
  expect(await start([report], ["report"], env)).toBe(1);
  expect(err).toEqual(['error: npm took --dry-run for its own: run "npm run report -- --dry-run"']);
  expect(ran).not.toHaveBeenCalled();
  expect(await start([report], ["report", "--dry-run"], env)).toBe(2);
  expect(await start([report], ["report"], { npm_config_json: "true" })).toBe(2);
});
