import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidAccess } from "../../access";
import { start } from "./program";
import { stackCommand } from "./stackCommand";

const ran = jest.fn<unknown, unknown[]>();
const look = stackCommand({
  name: "look",
  summary: "looks",
  formats: ["json", "markdown"],
  exitCodes: { 0: "seen" },
  run: ({ stack, env }) => {
    ran(stack, env.BITBUCKET_API_TOKEN);
    return { text: "seen" };
  },
});
const end = stackCommand({
  name: "end",
  summary: "ends",
  argument: ["<person>", "whom"],
  exitCodes: { 0: "ended" },
  run: ({ stack, argument }) => {
    ran(stack, argument);
    return {};
  },
});

let out: string[];
let err: string[];
let journal: string;
const run = (...words: string[]) => start([look, end], words, {});

beforeEach(() => {
  [out, err] = [[], []];
  journal = mkdtempSync(join(tmpdir(), "frame-"));
  ran.mockReset();
  jest.replaceProperty(process, "env", { BITBUCKET_REQUEST_JOURNAL: journal, BITBUCKET_API_TOKEN: "prod's" });
  jest
    .spyOn(process.stdout, "write")
    .mockImplementation((text) => out.push(String(text).replace(/\n$/, "")) > 0);
  jest
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => err.push(String(text).replace(/\n$/, "")) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(journal, { recursive: true });
});

test("the stack is the argument, or a flag where the command has another argument", async () => {
  await run("look", "prod");
  expect(ran).toHaveBeenLastCalledWith("prod", "prod's");
  await run("end", "dora", "--stack", "prod");
  expect(ran).toHaveBeenLastCalledWith("prod", "dora");
  expect(await run("end", "dora")).toBe(1);
  expect(err).toEqual(["error: required option '--stack <stack>' not specified"]);
});

test("a stack is found whatever the case, and the blanks around it", async () => {
  await run("look", " Prod ");
  expect(ran).toHaveBeenLastCalledWith("prod", "prod's");
  await run("end", "dora", "--stack", "LOCAL");
  expect(ran).toHaveBeenLastCalledWith("local", "dora");
  await run("look", "prd");
  expect(ran).toHaveBeenLastCalledWith("prd", "prod's");
});

test("the stack local never sees a token of the shell", async () => {
  await run("look", "local");
  expect(ran.mock.calls[0]?.[1]).not.toBe("prod's");
});

test("what was asked of Bitbucket is told at the end, on the error stream", async () => {
  ran.mockImplementation(() => {
    const file = join(journal, `requests-${Math.floor(Date.now() / 3_600_000)}.log`);
    appendFileSync(file, `${Date.now()} groups abc\n`);
  });
  expect(await run("look", "prod")).toBe(0);
  expect([out, err]).toEqual([["seen"], ["asked Bitbucket once: groups 1"]]);
});

test("mistakes in the files are an answer for scripts and an error for people", async () => {
  const problems = [{ file: "access.yaml", path: "teams", found: "no owner", fix: "name an owner" }];
  const error = new InvalidAccess(problems);
  ran.mockImplementation(() => {
    throw error;
  });
  expect(await run("look", "prod", "--json")).toBe(1);
  expect(JSON.parse(out.join("\n"))).toEqual({ stack: "prod", verdict: "error", violations: problems });
  expect(err).toEqual([`error: ${error.message}`]);
  out = [];
  expect(await run("look", "prod", "--markdown", "-")).toBe(1);
  expect(out.join("\n")).toContain("**prod: 1 mistake; nothing can be compared**");
  out = [];
  expect(await run("look", "prod")).toBe(1);
  expect(out).toEqual([]);
});
