import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeBaseline } from "../baseline";
import { settingsFor } from "../testing/company";
import type { Model, Settings } from "../model";
import { renderProblem } from "../problem";
import {
  addressesText,
  knownAddresses,
  movedAddresses,
  pinnedAddresses,
  renamedRealm,
  type Addresses,
} from "./addresses";
import { parseStackFile } from "./settings";

const root = join(__dirname, "..", "..");
const settings: Settings = {
  ...settingsFor("dev"),
  keycloak: { url: "https://keycloak.acme.example", realm: "acme", people: "external" },
  bitbucket: { url: "https://api.bitbucket.org", workspace: "acme", governing: true, plan: "premium" },
};
const restSignIn: Settings = {
  ...settings,
  signIn: {
    ...settings.signIn,
    url: "https://bitbucket.acme.example",
    publish: "rest",
  },
};
const known: Addresses = {
  "keycloak.url": "https://keycloak.acme.example",
  "keycloak.realm": "acme",
  "bitbucket.url": "https://api.bitbucket.org",
  "bitbucket.workspace": "acme",
  "signIn.url": "https://bitbucket.acme.example",
};
const stackWith = (of: Settings) => ({
  type: "pulumi:pulumi:Stack",
  outputs: { baseline: encodeBaseline({ model: {} as Model, settings: of, asOf: "2026-06-15" }) },
});
const moved = (stack: string, to: Settings, from: Addresses, env = {}) =>
  movedAddresses(stack, pinnedAddresses(stack, to, env), from).map(({ path }) => path);

test.each<[string, Settings]>([
  ["keycloak.url", { ...settings, keycloak: { ...settings.keycloak, url: "https://evil.example" } }],
  ["keycloak.realm", { ...settings, keycloak: { ...settings.keycloak, realm: "evil" } }],
  ["bitbucket.url", { ...settings, bitbucket: { ...settings.bitbucket, url: "https://evil.example" } }],
  ["bitbucket.workspace", { ...settings, bitbucket: { ...settings.bitbucket, workspace: "evil" } }],
  ["signIn.url", { ...restSignIn, signIn: { ...restSignIn.signIn, url: "https://evil.example" } }],
])("%s is pinned, alone", (setting, changed) => {
  expect(moved("prod", changed, known)).toEqual([setting]);
  expect(moved("prod", changed, {})).toEqual([]);
});

test("a realm is never called otherwise: that is said with what to do, and of nothing else", () => {
  const renamed = { ...settings, keycloak: { ...settings.keycloak, realm: "acme-2" } };
  const elsewhere = { ...settings, keycloak: { ...settings.keycloak, url: "https://sso.acme.example" } };
  const said = (to: Settings, from = known) =>
    renamedRealm("prod", pinnedAddresses("prod", to, {}), from).map(renderProblem);
  expect(said(renamed)).toEqual([
    expect.stringMatching(
      /keycloak\.realm: found "acme-2"; allowed: "acme", with which stack prod was last brought up; put it back: a realm of another name is another realm/,
    ),
  ]);
  expect([said(settings), said(elsewhere), said(renamed, {})]).toEqual([[], [], []]);
});

test("what is as it was has not moved; a sign-in that nothing is sent to is no address", () => {
  expect(moved("prod", restSignIn, known)).toEqual([]);
  const elsewhere = { ...settings.signIn, url: "https://elsewhere.example", publish: "hand" };
  expect(moved("prod", { ...settings, signIn: elsewhere as Settings["signIn"] }, known)).toEqual([]);
});

test("the stack local may move on this machine, and to the Keycloak that KEYCLOAK_URL names; nowhere else", () => {
  const at = (keycloak: string, bitbucket: string): Settings => ({
    ...settings,
    keycloak: { ...settings.keycloak, url: keycloak, realm: "other" },
    bitbucket: { ...settings.bitbucket, url: bitbucket, workspace: "other" },
  });
  const here = at("http://127.0.0.1:8081", "http://localhost:7991");
  expect(moved("local", here, known)).toEqual([]);
  expect(moved("prod", here, known)).toHaveLength(4);
  const evil = at("https://evil.example", "https://evil.example");
  const all = ["keycloak.url", "keycloak.realm", "bitbucket.url", "bitbucket.workspace"];
  expect(moved("local", evil, known)).toEqual(all);
  expect(moved("local", evil, known, { KEYCLOAK_URL: "https://evil.example" })).toEqual(all.slice(2));
  expect(moved("prod", evil, known, { KEYCLOAK_URL: "https://evil.example" })).toEqual(all);
});

test("a problem says the line, both addresses, and what to do", () => {
  const file = "stacks/Pulumi.prod.yaml";
  const read = parseStackFile(readFileSync(join(root, file), "utf8"), file);
  if (!read.ok) throw new Error("the settings are no settings");
  const evil = { "keycloak.url": "https://evil.example" };
  const [problem] = movedAddresses("prod", evil, known, read.positions);
  expect(problem && renderProblem(problem).replace(/\d+:\d+/, "L:C")).toBe(
    'stacks/Pulumi.prod.yaml:L:C  config.bitbucket-keycloak:keycloak.url: found "https://evil.example"; allowed: "https://keycloak.acme.example", with which stack prod was last brought up; nothing was sent there; put the old address back, and have the company\'s owners approve of a move',
  );
});

describe("what a state knows", () => {
  const providers = [
    { type: "pulumi:providers:keycloak", outputs: { url: known["keycloak.url"] } },
    { type: "pulumi:providers:bitbucket", outputs: { apiUrl: known["bitbucket.url"] } },
    { type: "keycloak:index/realm:Realm", outputs: { realm: "acme" } },
    { type: "bitbucket:index:Deployment", outputs: { workspace: "acme" } },
  ];

  test("the baseline's addresses, whatever stands beside it", () => {
    const other = { type: "pulumi:providers:keycloak", outputs: { url: "https://evil.example" } };
    expect(knownAddresses([stackWith(restSignIn), other])).toEqual(known);
  });

  test.each<[string, object]>([
    ["no baseline", {}],
    ["a baseline of another form", { baseline: "9.abc" }],
    ["a baseline that is no text", { baseline: 7 }],
  ])("with %s, those that its providers and resources went to", (_, outputs) => {
    const rest = Object.fromEntries(Object.entries(known).filter(([setting]) => setting !== "signIn.url"));
    expect(knownAddresses([{ type: "pulumi:pulumi:Stack", outputs: { ...outputs } }, ...providers])).toEqual(
      rest,
    );
  });

  test("nothing, where there is nothing", () => {
    expect(knownAddresses([])).toEqual({});
    expect(knownAddresses([{ type: "pulumi:pulumi:Stack" }])).toEqual({});
  });
});

test("addresses in words", () => {
  expect(addressesText(known)).toBe(
    "Keycloak https://keycloak.acme.example, realm acme; Bitbucket https://api.bitbucket.org, workspace acme; sign-in https://bitbucket.acme.example",
  );
});
