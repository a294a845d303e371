/**
 * The guardrails on the real engine: each rule's bad examples and its good ones in one preview, and bad texts of
 * access.yaml in another, counted by rule.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCheckout } from "../../checkout/stack";
import type { Finding } from "../../engine/guardrails";
import { registeredIn, stepsIn } from "../../engine/steps";
import { contextOf } from "../../policy/context";
import type { Example } from "../../policy/rule";
import { ruleNames, rules } from "../../policy/rules";
import { goodRealm, realmType } from "../../policy/rules/realms";
import { evaluateRun } from "../../policy/run";
import { root } from "../../toolchain/places";
import { makeProject, type Project } from "../../toolchain/project";
import { ended } from "./world";
import { sharedWorld } from "./world/shared";
import { spawn } from "node:child_process";

jest.setTimeout(240_000);

const { toolchain, keycloak } = sharedWorld();
const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const examples = rules.flatMap((rule) =>
  rule.kind !== "resource"
    ? []
    : (["bad", "good"] as const).flatMap((kind) =>
        rule.examples[kind].map((example, index) => ({ name: `${rule.name}-${kind}-${index}`, ...example })),
      ),
);
/** A realm without the profile that keeps holders from their user names. */
const open: Example & { readonly name: string } = {
  name: "names-open",
  type: realmType,
  inputs: { ...goodRealm, editUsernameAllowed: true },
};
const program = `
  import { readFileSync } from "node:fs";
  import * as pulumi from "@pulumi/pulumi";
  import * as keycloak from "@pulumi/keycloak";
  import * as random from "@pulumi/random";
  import * as rotation from "@pulumi/rotation";

  for (const { name, type, inputs, within = [], protect = true } of JSON.parse(readFileSync("examples.json", "utf8"))) {
    const parents = within.map((one, index) => new pulumi.ComponentResource(one, name + "-in-" + index));
    new pulumi.CustomResource(type, name, inputs, { parent: parents.at(-1), protect });
  }

  const schedule = new rotation.Schedule("rotations", { name: "rotations", period: 86400, asOf: "2026-11-23T12:00:00Z" });
  new rotation.Schedule("by-hand", { name: "by-hand", asOf: "2026-11-23T12:00:00Z" });
  const account = (name: string, keepers?: Record<string, pulumi.Input<string>>) => {
    const { result: clientSecret } = new random.RandomPassword(name, { length: 48, keepers });
    const flags = { accessType: "CONFIDENTIAL", serviceAccountsEnabled: true, fullScopeAllowed: false };
    new keycloak.openid.Client(name, { realmId: "acme", clientId: "pipeline-a.payments-api.dev", clientSecret, ...flags });
  };
  account("rotating", { rotation: pulumi.interpolate\`\${schedule.rotation}\` });
  account("for-ever");
`;

const at = { BITBUCKET_KEYCLOAK_AS_OF: "2026-11-23T12:00:00Z" };

let project: Project;
/** Names of the rules that the engine has seen broken. */
const broken = new Set<string>();

beforeAll(async () => {
  const settings = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");
  project = makeProject({
    toolchain,
    links: ["packages", "toolchain", "package.json", "tsconfig.json"],
    files: {
      "Pulumi.yaml": readFileSync(join(root, "Pulumi.yaml"), "utf8").replace("stackConfigDir: stacks\n", ""),
      "index.ts": program,
      "examples.json": JSON.stringify([...examples, open] satisfies Example[]),
      "access.yaml": acme,
      "Pulumi.local.yaml": settings,
    },
    credentials: { keycloak, bitbucket: { email: "nobody@acme.example", apiToken: "none" } },
  });
  await pulumi("stack", "init", "local");
});

afterAll(() => {
  project.remove();
});

test("in a preview each bad example breaks its rule, each good one breaks none, and the run is stopped", async () => {
  const { code, text, found } = await evaluated();
  const bad = examples.filter(({ name }) => name.includes("-bad-")).map(({ name }) => name);
  expect(bad).toHaveLength(34);
  expect(
    found
      .filter(({ level }) => level === "mandatory")
      .map(({ on }) => on)
      .sort(),
  ).toEqual([...bad, "for-ever", "names-open"].sort());
  for (const { rule, on } of found) if (on.includes("-bad-")) expect(on).toMatch(new RegExp(`^${rule}-bad-`));
  expect(found.filter(({ level }) => level === "advisory")).toEqual([
    { rule: "secret-ages", on: "by-hand", found: "by-hand, which rotates by hand only", level: "advisory" },
  ]);
  expect(code).not.toBe(0);
  expect(text).toContain("[mandatory]  exact-redirects  (keycloak:openid:Client: exact-redirects-bad-0)");
  expect(text).toContain(
    "found a wildcard in the redirect URI https://bitbucket.acme.example/*; write each address out",
  );
});

test("rules on access.yaml stop a preview before anything of it is looked at; good text passes", async () => {
  writeFileSync(join(project.folder, "examples.json"), "[]");
  writeFileSync(join(project.folder, "index.ts"), "export const nothing = 1;");
  expect(await evaluated()).toMatchObject({ code: 0, found: [] });

  let text = acme;
  const expected: string[] = [];
  for (const rule of rules) {
    if (rule.kind !== "model") continue;
    for (const [good, bad] of rule.examples.bad) text = text.replace(good, bad);
    expected.push(`${rule.name} ${rule.level}`);
  }
  writeFileSync(join(project.folder, "access.yaml"), text);
  const { code, found } = await evaluated();
  expect(code).not.toBe(0);
  expect([...new Set(found.map(({ rule, level }) => `${rule} ${level}`))]).toEqual(expected);

  const exceptions = found
    .filter(({ level }) => level === "mandatory")
    .map(({ rule, on }) =>
      JSON.stringify({ rule, on, owner: "ben", reason: "Until the audit", until: "2026-12-31" }),
    );
  writeFileSync(
    join(project.folder, "exceptions.yaml"),
    `exceptions:\n${exceptions.map((one) => `  - ${one}\n`).join("")}`,
  );
  const let_through = await evaluated();
  expect(let_through.code).toBe(0);
  expect(let_through.found.every(({ level }) => level === "advisory")).toBe(true);
  expect(let_through.text).toContain("(excepted until 2026-12-31 by ben: Until the audit)");
});

test("each rule was broken on the engine by its bad example", () => {
  expect([...broken].sort()).toEqual(rules.map(({ name }) => name).sort());
});

async function evaluated() {
  const findings = join(project.folder, "findings.jsonl");
  rmSync(findings, { force: true });
  const { code, text } = await pulumi("preview", "--stack", "local", "--policy-pack", join(root, "policy"));
  const lines = existsSync(findings) ? readFileSync(findings, "utf8").trim().split("\n") : [];
  const found = lines.map((line) => JSON.parse(line) as Finding);
  for (const { rule } of found) broken.add(rule);
  expect(await withoutPack()).toEqual(sorted(found));
  return { code, text, found };
}

/** What our commands find in the steps of a preview that runs no pack. */
async function withoutPack() {
  const { stdout } = await pulumi("preview", "--json", "--show-sames", "--stack", "local");
  const read = readCheckout(project.folder, "local", at, { rules: ruleNames });
  return sorted(evaluateRun(registeredIn(stepsIn(stdout)), contextOf(read)));
}

function sorted(found: readonly object[]) {
  return found.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
}

function pulumi(...args: string[]) {
  const env = {
    ...project.env,
    ...at,
    BITBUCKET_KEYCLOAK_PROGRAM: project.folder,
    BITBUCKET_KEYCLOAK_FINDINGS: join(project.folder, "findings.jsonl"),
  };
  return ended(
    spawn(toolchain.pulumi, args, { cwd: project.folder, env, stdio: ["ignore", "pipe", "pipe"] }),
  );
}
