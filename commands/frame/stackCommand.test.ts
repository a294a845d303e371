import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBaseline, InvalidAccess, type Model } from "../../access";
import { settingsOf } from "../../checkout/stack";
import type { Toolchain } from "../../toolchain/build";
import { root } from "../../toolchain/places";
import { start } from "./program";
import { stackCommand } from "./stackCommand";

// A program in the engine's place, which prints a state.
let pulumi: string;
jest.mock("../../toolchain/build", () => ({
  ensureToolchain: (): Promise<Toolchain> => Promise.resolve({ pulumi } as Toolchain),
}));

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
  pulumi = join(journal, "pulumi");
  broughtUpAt("https://keycloak.acme.example");
  envIs({});
  jest
    .spyOn(process.stdout, "write")
    .mockImplementation((text) => out.push(String(text).replace(/\n$/, "")) > 0);
  jest
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => err.push(String(text).replace(/\n$/, "")) > 0);
});

/** @param resources of the stack; undefined: there is no stack. `stack`: the one that has them; the others are not there */
function stateIs(resources: readonly object[] | undefined, stack = "prod"): void {
  const said = JSON.stringify({ deployment: { resources } });
  const none = "echo no stack named main found >&2; exit 1";
  const script = resources
    ? `case "$*" in *"--stack "${stack}) cat <<'END'\n${said}\nEND\n;; *) ${none};; esac`
    : none;
  writeFileSync(pulumi, `#!/bin/sh\n${script}\n`);
  chmodSync(pulumi, 0o755);
}

function envIs(more: Readonly<Record<string, string>>): void {
  const { PATH = "" } = process.env;
  const own = { PATH, BITBUCKET_REQUEST_JOURNAL: journal, BITBUCKET_API_TOKEN: "prod's" };
  jest.replaceProperty(process, "env", { ...own, ...more });
}

/** A state that the stack file's settings brought up, with another Keycloak. */
function broughtUpAt(keycloak: string, stack?: string): void {
  const settings = settingsOf(root, "prod", {});
  const deployed = { ...settings, keycloak: { ...settings.keycloak, url: keycloak } };
  const baseline = encodeBaseline({ model: {} as Model, settings: deployed, asOf: "2026-06-15" });
  stateIs(
    [
      {
        urn: "urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod",
        type: "pulumi:pulumi:Stack",
        outputs: { baseline },
      },
    ],
    stack,
  );
}

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

test("a command that would send something to a moved address does not begin", async () => {
  broughtUpAt("https://old.acme.example");
  expect(await run("look", "prod", "--json")).toBe(1);
  expect(ran).not.toHaveBeenCalled();
  expect(err).toEqual([
    expect.stringMatching(
      /^error: stacks\/Pulumi\.prod\.yaml:\d+:\d+ {2}.*keycloak\.url: found "https:\/\/keycloak\.acme\.example"; allowed: "https:\/\/old\.acme\.example"/,
    ),
  ]);
  broughtUpAt("https://keycloak.acme.example");
  expect(await run("look", "prod")).toBe(0);
});

test("the first contact says where it goes", async () => {
  for (const none of [[], undefined]) {
    stateIs(none);
    err = [];
    expect(await run("look", "prod")).toBe(0);
    expect(err).toEqual([
      "stack prod was never brought up; its first contact: Keycloak https://keycloak.acme.example, realm acme; Bitbucket https://api.bitbucket.org, workspace acme",
    ]);
  }
});

test("what the engine cannot say stops a command", async () => {
  writeFileSync(pulumi, "#!/bin/sh\necho the passphrase is wrong >&2; exit 1\n");
  expect(await run("look", "prod")).toBe(1);
  expect(ran).not.toHaveBeenCalled();
});

test("one secret for several servers stops a command, unless somebody says whose it is", async () => {
  envIs({ KEYCLOAK_CLIENT_SECRET: "of-prod" });
  expect(await run("look", "prod")).toBe(1);
  expect(ran).not.toHaveBeenCalled();
  expect(err).toEqual([expect.stringContaining("environment variable KEYCLOAK_CLIENT_SECRET")]);
  envIs({ KEYCLOAK_CLIENT_SECRET: "of-prod", BITBUCKET_KEYCLOAK_STACK: "prod" });
  expect(await run("look", "prod")).toBe(0);
  expect(await run("look", "dev")).toBe(1);
});

test("a file that was led to another server stops its own stack, and none that was brought up beside it", async () => {
  envIs({ KEYCLOAK_CLIENT_SECRET: "of both" });
  broughtUpAt("https://keycloak.acme.example", "*");
  expect(await run("look", "prod")).toBe(0);
  expect(ran).toHaveBeenCalledTimes(1);
  expect(await run("look", "dev")).toBe(1);
  expect(ran).toHaveBeenCalledTimes(1);
  expect(err.join("\n")).toContain("https://keycloak.dev.acme.example (stacks/Pulumi.dev.yaml)");
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
