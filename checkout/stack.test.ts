/** Program, commands and policy pack read one checkout: the same settings, model, moment and mistakes for each of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseDocument } from "yaml";
import { exceptionsFile, projectName, type Problem } from "../access";
import { momentVariable } from "./moment";
import { declared } from "../program/declared";
import { readContext } from "../policy/context";
import { ruleNames } from "../policy/rules";
import { root } from "../toolchain/places";
import { readCheckout, readStack } from "./stack";

const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const local = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");
const moment = "2026-11-23T12:00:00.000Z";
const stackUrn = `urn:pulumi:local::${projectName}::pulumi:pulumi:Stack::${projectName}-local`;
const variables = [momentVariable, "KEYCLOAK_URL", "BITBUCKET_KEYCLOAK_CREDENTIAL"];
const before = { env: { ...process.env }, folder: process.cwd() };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkout "));
  mkdirSync(join(folder, "stacks"));
  process.chdir(folder);
  jest.spyOn(console, "warn").mockImplementation(() => undefined);
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before.folder);
  process.env = { ...before.env };
  rmSync(folder, { recursive: true, force: true });
});

interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A setting more, in the stack file. */
const withSetting = (line: string) => local.replace("\nconfig:", `\nconfig:\n  ${projectName}:${line}`);

async function layOut({ env = {}, files = {} }: Situation): Promise<void> {
  const all = { "access.yaml": acme, "stacks/Pulumi.local.yaml": local, ...files };
  for (const [path, text] of Object.entries(all)) if (text !== "") writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${projectName}\n`);
  Object.assign(process.env, { BITBUCKET_KEYCLOAK_PROGRAM: folder }, env);
  const stack = parseDocument(all["stacks/Pulumi.local.yaml"]).toJS() as { config: Record<string, unknown> };
  const values = Object.entries(stack.config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  await pulumi.runtime.setMocks(
    { call: () => ({}), newResource: ({ name }) => ({ id: name, state: {} }) },
    projectName,
    "local",
  );
  pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>);
}

const shown = (read: { model?: unknown; settings?: unknown; asOf: Date }) => ({
  model: read.model,
  settings: read.settings,
  asOf: read.asOf.toISOString(),
});

test.each<[string, Situation]>([
  ["the moment of a command", { env: { [momentVariable]: moment } }],
  ["the moment of the settings", { files: { "stacks/Pulumi.local.yaml": withSetting(`asOf: "${moment}"`) } }],
  [
    "a server that runs already, and pipelines that sign in another way",
    {
      env: {
        [momentVariable]: moment,
        KEYCLOAK_URL: "http://127.0.0.1:9999/",
        BITBUCKET_KEYCLOAK_CREDENTIAL: "both",
      },
    },
  ],
])("%s is the same for program, commands and policy pack", async (_, situation) => {
  await layOut(situation);
  const command = shown(readStack(folder, "local", process.env));
  expect(command.asOf).toBe(moment);
  const {
    KEYCLOAK_URL: url = "http://127.0.0.1:8080",
    BITBUCKET_KEYCLOAK_CREDENTIAL: credential = "keyless",
  } = process.env;
  expect(command.settings).toMatchObject({
    keycloak: { url: url.replace(/\/$/, "") },
    pipelines: { credential },
  });
  expect(shown(declared())).toEqual(command);
  expect(shown(readContext(stackUrn))).toEqual(command);
});

test("an argument says the moment of a command, whatever the variable says", async () => {
  await layOut({ env: { [momentVariable]: "2020-01-01T00:00:00Z" } });
  expect(readStack(folder, "local", process.env, { asOf: new Date(moment) }).asOf).toEqual(new Date(moment));
});

const mistakes: readonly [string, Situation, string][] = [
  [
    "a moment that is none",
    { env: { [momentVariable]: "yesterday" } },
    'environment variable BITBUCKET_KEYCLOAK_AS_OF  found "yesterday"; allowed: a moment with its time zone, as in "2026-11-23T12:00:00Z"; correct it, or unset it',
  ],
  [
    "two moments",
    {
      env: { [momentVariable]: "2026-11-24T12:00:00Z" },
      files: { "stacks/Pulumi.local.yaml": withSetting(`asOf: "${moment}"`) },
    },
    "stacks/Pulumi.local.yaml:11:28  config.bitbucket-keycloak:asOf: found 2026-11-23T12:00:00.000Z, while this run was given 2026-11-24T12:00:00.000Z; take asOf out of the stack file, or name no other moment",
  ],
  [
    "a setting that is none",
    { files: { "stacks/Pulumi.local.yaml": local.replace("sessionIdle: 30 minutes", "sessionIdle: long") } },
    'stacks/Pulumi.local.yaml:37:18  config.bitbucket-keycloak:lifetimes.sessionIdle: found "long"; allowed: a number and a unit (seconds, minutes, hours, days), as in "5 minutes" or "30 days"; correct it',
  ],
  [
    "a day without quotes, which Pulumi hands over as another text",
    { files: { "stacks/Pulumi.local.yaml": local.replace("Expires: unknown", "Expires: 2027-06-30") } },
    "stacks/Pulumi.local.yaml:55:22  config.bitbucket-keycloak:rotation.apiTokenExpires: found 2027-06-30 without quotes, which Pulumi may take for another value; write it in quotes",
  ],
  [
    "an environment whose name could be JSON",
    { files: { "stacks/Pulumi.local.yaml": local.replace("environment: dev", 'environment: "null"') } },
    'access.yaml:9:1  environments: found no environment "null", which the stack stands for; allowed: dev, staging, prod; declare it, or change the setting "environment" of the stack file [stack-environment]',
  ],
  [
    "an address that says too much, for the stack of this machine",
    { env: { KEYCLOAK_URL: "http://admin:geheim@127.0.0.1" } },
    'environment variable KEYCLOAK_URL  found more than "http://127.0.0.1"; allowed: an address without user, query and fragment, as in "http://127.0.0.1:8080"; write "http://127.0.0.1"',
  ],
  [
    "what another stack claims",
    { files: { "stacks/Pulumi.other.yaml": local.replace("governing: true", "governing: false") } },
    "stacks/Pulumi.local.yaml:12:35  config.bitbucket-keycloak:environment: found the environment dev of workspace acme at http://127.0.0.1:7990, which stacks/Pulumi.other.yaml claims too; give each stack an environment of its own\nstacks/Pulumi.local.yaml:16:12  config.bitbucket-keycloak:keycloak.realm: found the realm acme-local at http://127.0.0.1:8080, which stacks/Pulumi.other.yaml claims too; give each stack a realm of its own",
  ],
  [
    "no access.yaml",
    { files: { "access.yaml": "" } },
    "access.yaml  found no such file; put it beside Pulumi.yaml",
  ],
];

test.each(mistakes)("%s is the same mistake for the program and the commands", async (_, situation, told) => {
  await layOut(situation);
  const thrown = (run: () => unknown): string => {
    try {
      run();
      return "nothing";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const command = thrown(() => readStack(folder, "local", process.env));
  expect(command).toBe(told);
  expect(thrown(declared)).toMatch(/^\d problems?; nothing was changed\n/);
  expect(thrown(declared).replace(/^.*\n/, "")).toBe(command);
});

test("the policy pack says what is wrong with the moment and with an exception, all together", async () => {
  const exceptions = `exceptions:\n  - { rule: two-owner, on: realm, owner: zoe, reason: R, until: 2026-12-31 }\n`;
  await layOut({ env: { [momentVariable]: "yesterday" }, files: { [exceptionsFile]: exceptions } });
  const places = (problems: readonly Problem[]) => problems.map(({ file, path }) => `${file} ${path}`);
  const all = [
    `environment variable ${momentVariable} `,
    `${exceptionsFile} exceptions[0].rule`,
    `${exceptionsFile} exceptions[0].owner`,
  ];
  expect(places(readContext(stackUrn).problems)).toEqual(all);
  expect(places(readCheckout(folder, "local", process.env, { rules: ruleNames }).problems)).toEqual(all);
});

test("a stack without a file is a mistake that names those that have one", async () => {
  await layOut({});
  expect(() => readStack(folder, "nowhere", process.env)).toThrow(
    "stacks/Pulumi.nowhere.yaml  found no such file; allowed: local; name a stack that has a file in stacks/",
  );
});
