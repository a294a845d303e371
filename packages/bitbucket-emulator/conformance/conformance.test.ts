import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type EmulatorOptions } from "..";
import { compiled } from "../../../toolchain/places";
import { labSeed, people, startLab, tokenOf, type Lab } from "../testing/lab";
import { openReadings, type Readings } from "../readings";
import { checks, conformance, type Conformance, type Outcome, type Result } from "./run";
import { fileOf } from "./table";

// Whole runs, and processes of their own, on a machine that may be busy.
jest.setTimeout(60_000);

let lab: Lab;
afterEach(() => lab.emulator.close());

async function start(options: EmulatorOptions = {}): Promise<void> {
  lab = await startLab(options);
}

function ask(pipeline = false): Promise<Conformance> {
  const credential = { email: people.admin, token: tokenOf("admin") };
  const place = { url: lab.emulator.url, workspace: "lab", repository: "alpha" };
  return conformance({ ...place, ...credential, pipeline });
}
const run = async (): Promise<readonly Result[]> => (await ask()).results.slice(0, checks.length);

const state = async (): Promise<string> => (await lab.as("admin").get("/emulator/state")).text;
const named = (results: readonly Result[], outcome: Outcome): string[] =>
  results.filter((each) => each.outcome === outcome).map(({ name }) => name);

test("the emulator conforms to itself, within the contract, and is left as it was found", async () => {
  await start({ environmentDelay: 250, changeDelay: 250, readings: { discovery: "afterFirstUse" } });
  const results = await run();
  expect(results.filter(({ outcome }) => outcome !== "conforms")).toEqual([]);
  expect(results).toHaveLength(checks.length);
  expect(results.flatMap(({ left }) => left)).toEqual([]);
  expect(await state()).not.toMatch(/conformance-[0-9a-f]{8}/);
  expect(lab.emulator.log.strict()).toEqual([]);
  const noteOf = (check: string) => results.find(({ name }) => name.startsWith(check))?.note;
  expect(noteOf("variables of an environment")).toMatch(/^[1-9] answers of 404/);
  expect(noteOf("Pipelines is an OIDC issuer")).toMatch(/^no discovery document/);
});

test("what differs is told with what was found, and cleaned up all the same", async () => {
  await start();
  lab.emulator.faults.add({ status: 500, times: "always", method: "PUT", path: "*/branch-restrictions/*" });
  const differing = (await run()).filter(({ outcome }) => outcome === "differs");
  expect(differing).toEqual([
    {
      name: "a change of a restriction keeps what it leaves out, and an empty list empties",
      uncertain: true,
      outcome: "differs",
      note: "status: found 500 (Internal Server Error), expected 200",
      left: [],
    },
  ]);
  expect(await state()).not.toMatch(/conformance-[0-9a-f]{8}/);
});

test("what cannot be removed is told", async () => {
  await start();
  lab.emulator.faults.add({ status: 500, times: "always", method: "DELETE", path: "*/hooks/*" });
  const left = (await run()).flatMap((each) => each.left);
  expect(left).toEqual([expect.stringMatching(/^Error: not removed \(500\): .*\/hooks\//)]);
});

test("a Standard plan and a workspace of an organisation are not examined, rather than wrong", async () => {
  const { workspace, ...seed } = labSeed();
  const organization = { id: "o", directory: "d", apiKey: "organization-key-0123" };
  await start({ seed: { ...seed, workspace: { ...workspace, plan: "standard", organization } } });
  const results = await run();
  expect(named(results, "differs")).toEqual([]);
  expect(named(results, "failed")).toEqual([]);
  expect(named(results, "not examined")).toEqual([
    "a group is made by a form, and its slug is its name in kebab case",
    "a group's permission is put, listed, and deleted",
    "a change of a restriction keeps what it leaves out, and an empty list empties",
    "the gate of an environment is kept by a change of its name (Premium)",
  ]);
});

/** The first of each, the second of each, and so on. */
const played = (nth: number): Partial<Readings> =>
  Object.fromEntries(Object.entries(openReadings).map(([name, all]) => [name, all[nth] ?? all[0]]));

test.each([
  ["the workspace's own groups", 0, false],
  ["the workspace's own groups", 1, false],
  ["the workspace's own groups", 2, false],
  ["an organisation's groups", 0, true],
  ["an organisation's groups", 1, true],
])("the questions find what is played, and leave nothing: %s, readings %i", async (_, nth, isMoved) => {
  const readings = played(nth);
  const organization = { id: "o", directory: "d", apiKey: "organization-key-0123" };
  const { workspace, administrators = [], ...seed } = labSeed();
  await start({
    readings,
    seed: {
      ...seed,
      workspace: { ...workspace, ...(isMoved && { organization }) },
      administrators: [...administrators, people.ann],
    },
  });
  const before = kept(await state());
  const found = await ask(true);
  // The last takes the key of an organisation, which nothing else here needs.
  const { updateAuthor, discovery, legacyGroupWrite, unmanagedAccount, ...told } = readings;
  expect([updateAuthor, unmanagedAccount]).not.toContain(undefined);
  expect(found.readings).toEqual({
    ...told,
    // A document that is there tells nothing of before.
    ...(discovery === "afterFirstUse" && { discovery }),
    ...(isMoved && { legacyGroupWrite }),
  });
  expect(found.results.filter(({ outcome }) => outcome === "differs" || outcome === "failed")).toEqual([]);
  expect(found.results.flatMap(({ left }) => left)).toEqual([]);
  expect(kept(await state())).toEqual(before);
});

/** What may not be another than before. */
function kept(text: string): unknown {
  const { repositories } = JSON.parse(text) as { repositories: Record<string, unknown>[] };
  return repositories.map(({ restrictions, grants, branches }) => ({ restrictions, grants, branches }));
}

test("what is written has no name and no id, and the emulator plays it", async () => {
  await start({ readings: { branch: "absent", secondRestriction: "kept" } });
  const found = await ask(true);
  const text = fileOf(found);
  expect(text).not.toMatch(/lab|alpha|[{]?[0-9a-f]{8}-|conformance-|@/);
  const { readings } = JSON.parse(text) as { readings: Partial<Readings> };
  expect(readings).toMatchObject({ branch: "absent", secondRestriction: "kept" });
  await lab.emulator.close();
  await start({ readings });
});

describe("as a program", () => {
  async function program(env: Record<string, string>, ...flags: readonly string[]) {
    const main = join(__dirname, "main.ts");
    const child = spawn(process.execPath, [compiled, main, ...flags], {
      env: { PATH: process.env["PATH"], ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    const [code] = (await once(child, "close")) as [number];
    return { code, output };
  }
  const place = ["--workspace", "lab", "--repository", "alpha"];
  const credential = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };

  test("a table, what no check looks at, the counts, and exit code 0", async () => {
    await start();
    const { code, output } = await program(credential, ...place, "--url", lab.emulator.url);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining(`\n${checks.length + 2} conforms, 0 differs`),
    ]);
    expect(output).toContain("✓ conforms      (?) an empty list of a restriction means nobody");
    expect(output).toContain("Not looked at by any check:\n  the variables of a step");
    expect(output).not.toContain(tokenOf("admin"));
  });

  test.each([
    ["no credential", {}, "https://x.example", "conformance: BITBUCKET_EMAIL is not set"],
    ["a token in clear over the network", credential, "http://x.example", "expected https, or http on this"],
  ])("%s: one message and exit code 1", async (_, env, url, message) => {
    await start();
    const { code, output } = await program(env, ...place, "--url", url);
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(output).not.toContain("    at ");
    expect(output).not.toContain(tokenOf("admin"));
  });
});
