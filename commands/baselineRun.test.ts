import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { encodeBaseline, parseStackFile, type Settings } from "../access";
import { companyText, modelOf } from "../access/testing/company";
import { root } from "../toolchain/places";
import { goingByBaseline } from "./baselineRun";
import { commitOf } from "../checkout/commit";
import type { Engine } from "../engine/engine";
import { readStack } from "../checkout/stack";
import { baselineVariable } from "../checkout/baselineRun";
import { momentVariable } from "../checkout/moment";

const stackText = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");
const [model, settings] = [modelOf(companyText), settingsIn(stackText)];
const exportedWith = (baseline: string | undefined) =>
  JSON.stringify({
    deployment: { resources: [{ urn: "s", type: "pulumi:pulumi:Stack", outputs: { baseline } }] },
  });
const exported = exportedWith(encodeBaseline({ model, settings, asOf: "2026-06-01", commit: "a1b2c3" }));

const asOf = new Date("2026-06-15T12:00:00Z");

let engine: Engine;

beforeEach(() => {
  const cwd = mkdtempSync(join(tmpdir(), "baseline-run-"));
  mkdirSync(join(cwd, "stacks"));
  writeFileSync(join(cwd, "stacks/Pulumi.dev.yaml"), stackText);
  writeFileSync(join(cwd, "access.yaml"), "nonsense");
  engine = { command: "none", cwd, env: {} };
});
afterEach(() => {
  rmSync(engine.cwd, { recursive: true });
});

function settingsIn(text: string): Settings {
  const read = parseStackFile(text, "stacks/Pulumi.dev.yaml");
  if (!read.ok) throw new Error("the stack file is wrong");
  return read.settings;
}

test("what a command reads is the last deploy's, whatever access.yaml says and whichever commit is checked out", async () => {
  const seen = await goingByBaseline("dev", engine, resourcesIn(exported), "rotation", ({ cwd, env }) =>
    Promise.resolve({ ...readStack(cwd, "dev", env, { asOf }), commit: commitOf(cwd, env) }),
  );
  expect(seen).toEqual({ model, settings, asOf, exceptions: [], warnings: [], commit: "a1b2c3" });
  expect(() => readStack(engine.cwd, "dev", engine.env)).toThrow(/access\.yaml/);
});

test("a stack file of today says how often, and nothing else", async () => {
  const text = stackText
    .replace("credentials: 30 days", "credentials: 7 days")
    .replace("realm: acme-local", "realm: x");
  writeFileSync(join(engine.cwd, "stacks/Pulumi.dev.yaml"), text);
  const seen = await goingByBaseline("dev", engine, resourcesIn(exported), "rotation", ({ cwd, env }) =>
    Promise.resolve().then(() => readStack(cwd, "dev", env)),
  );
  expect(seen.settings).toEqual({ ...settings, rotation: { ...settings.rotation, credentials: 604_800 } });
});

test("a stack file that cannot be read is refused, with its place", async () => {
  writeFileSync(
    join(engine.cwd, "stacks/Pulumi.dev.yaml"),
    stackText.replace("overlap: 1 day", "overlap: 1 dya"),
  );
  const read = goingByBaseline("dev", engine, resourcesIn(exported), "rotation", ({ cwd, env }) =>
    Promise.resolve().then(() => readStack(cwd, "dev", env)),
  );
  await expect(read).rejects.toThrow(/stacks\/Pulumi\.dev\.yaml:\d+/);
});

test("an expiry goes by what was approved of: by no file that is wrong, and by no moment that the stack file fixes since", async () => {
  const day = new Date("2026-06-15T12:00:00Z");
  const stack = join(engine.cwd, "stacks/Pulumi.dev.yaml");
  for (const text of [
    "nonsense",
    stackText.replace("\nconfig:", '\nconfig:\n  bitbucket-keycloak:asOf: "2026-01-01T00:00:00Z"'),
  ]) {
    writeFileSync(stack, text);
    writeFileSync(join(engine.cwd, "exceptions.yaml"), "nonsense");
    const read = await goingByBaseline("dev", engine, resourcesIn(exported), "expiry", ({ cwd, env }) =>
      Promise.resolve(readStack(cwd, "dev", { ...env, [momentVariable]: day.toISOString() })),
    );
    expect(read).toMatchObject({ asOf: day, exceptions: [] });
    expect(read.model).toEqual(model);
    expect(read.settings.asOf).toBeUndefined();
    expect(read.settings.keycloak).toEqual(settings.keycloak);
  }
});

test("only its owner may read what the program is told, and it is gone afterwards", async () => {
  const file = await goingByBaseline("dev", engine, resourcesIn(exported), "expiry", ({ env }) => {
    const path = env[baselineVariable] ?? "";
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      purpose: "expiry",
      baseline: { commit: "a1b2c3" },
    });
    return Promise.resolve(path);
  });
  expect(existsSync(file)).toBe(false);
  expect(engine.env).toEqual({});
});

test.each([
  ["was never brought up to the end", exportedWith(undefined)],
  ["was brought up by another version of this program", exportedWith("1.abc")],
])("a stack that %s has to be deployed first", async (why, state) => {
  await expect(
    goingByBaseline("dev", engine, resourcesIn(state), "rotation", () => Promise.resolve()),
  ).rejects.toThrow(
    `stack dev ${why}, so nobody knows what it holds: deploy it first ("npm run deploy -- dev")`,
  );
});
