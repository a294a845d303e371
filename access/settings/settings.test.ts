import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument, YAMLMap } from "yaml";
import { renderProblem } from "../problem";
import { settingsFor } from "../testing/company";
import {
  settingNames,
  onThisMachine,
  parseSettings,
  parseStackFile,
  projectName,
  type SettingsResult,
} from "./settings";

const folder = path.join(__dirname, "..", "..", "stacks");
const stacks = ["local", "dev", "staging", "prod"];
const textOf = (stack: string) => fs.readFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "utf8");
const dev = textOf("dev");

const raw = {
  environment: "dev",
  keycloak: { url: "https://keycloak.acme.example", realm: "acme", people: "external" },
  bitbucket: { url: "https://api.bitbucket.org", workspace: "acme", governing: true, plan: "premium" },
  signIn: { kind: "oidc", url: "https://bitbucket.acme.example", connection: "none", publish: "hand" },
  lifetimes: { accessToken: "5 minutes", sessionIdle: "30 minutes", session: "10 hours", events: "30 days" },
  pipelines: { credential: "keyless" },
  rotation: {
    credentials: "30 days",
    signingKeys: "90 days",
    overlap: "1 day",
    grace: "3 days",
    runner: "none",
    apiTokenExpires: "2027-06-30",
  },
  rotations: { "payments-api.dev": { manualRotations: 1, revocations: 0, reason: "printed into a log" } },
  protect: false,
};

function problemsOf(result: SettingsResult): string[] {
  return result.ok ? [] : result.problems.map(renderProblem);
}

test("durations become seconds, the rest stays as it is", () => {
  const result = parseSettings(raw, "f");
  expect(result.ok && result.settings).toStrictEqual({
    ...raw,
    lifetimes: { accessToken: 300, sessionIdle: 1_800, session: 36_000, events: 2_592_000 },
    rotation: {
      credentials: 2_592_000,
      signingKeys: 7_776_000,
      overlap: 86_400,
      grace: 259_200,
      runner: "none",
      apiTokenExpires: "2027-06-30",
    },
  });
});

test("asOf is kept when it is set", () => {
  const result = parseSettings({ ...raw, asOf: "2026-11-23T12:00:00+01:00" }, "f");
  expect(result.ok && result.settings.asOf).toBe("2026-11-23T12:00:00+01:00");
});

test("nothing at all: each missing setting is named, with an example", () => {
  expect(problemsOf(parseSettings(undefined, "stacks/Pulumi.qa.yaml"))).toStrictEqual([
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:bitbucket: found nothing; allowed: a map with the keys url, workspace, governing, plan, as in { url: https://api.bitbucket.org, workspace: acme, governing: true, plan: premium }; add "bitbucket"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:environment: found nothing; allowed: lower-case letters, digits and single dashes, as in prod; add "environment"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:keycloak: found nothing; allowed: a map with the keys url, realm, people, observed, as in { url: https://keycloak.acme.example, realm: acme, people: external }; add "keycloak"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:lifetimes: found nothing; allowed: a map with the keys accessToken, sessionIdle, session, events, as in { accessToken: 5 minutes, sessionIdle: 30 minutes, session: 10 hours, events: 30 days }; add "lifetimes"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:pipelines: found nothing; allowed: a map with the keys credential, as in { credential: keyless }; add "pipelines"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:protect: found nothing; allowed: true or false; add "protect"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:rotation: found nothing; allowed: a map with the keys credentials, signingKeys, overlap, grace, runner, apiTokenExpires, as in { credentials: 30 days, signingKeys: 90 days, overlap: 1 day, grace: 3 days, runner: none, apiTokenExpires: "2027-06-30" }; add "rotation"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:rotations: found nothing; allowed: a map from names to rotations, as in { payments-api.dev: { manualRotations: 1, revocations: 1, reason: printed into a log } }, or {}; add "rotations"',
    'stacks/Pulumi.qa.yaml  bitbucket-keycloak:signIn: found nothing; allowed: a map with the keys kind, url, connection, publish, as in { kind: oidc, url: https://bitbucket.acme.example, connection: none, publish: hand }; add "signIn"',
  ]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "a duration without a unit",
    { lifetimes: { ...raw.lifetimes, events: 30 } },
    "lifetimes.events: found 30;",
  ],
  [
    "an access token longer than a session may idle",
    { lifetimes: { ...raw.lifetimes, accessToken: "1 hour" } },
    "lifetimes.accessToken: found a longer time than sessionIdle; allowed: at most as long as sessionIdle;",
  ],
  [
    "an overlap that outlives what it overlaps",
    { rotation: { ...raw.rotation, overlap: "31 days" } },
    "rotation.overlap: found a longer time than credentials; allowed: at most as long as credentials;",
  ],
  [
    "keys that rotate before what they have signed has ended",
    { rotation: { ...raw.rotation, signingKeys: "9 hours" } },
    "rotation.signingKeys: found a shorter time than lifetimes.session; allowed: at least as long as lifetimes.session;",
  ],
  [
    "a token that ends some day",
    { rotation: { ...raw.rotation, apiTokenExpires: "June" } },
    'rotation.apiTokenExpires: found "June"; allowed: a day, as in "2027-06-30", or unknown;',
  ],
  [
    "a rotation without a reason",
    { rotations: { "payments-api.dev": { manualRotations: 1, revocations: 0, reason: "" } } },
    'rotations."payments-api.dev".reason: found "";',
  ],
  [
    "an unknown plan",
    { bitbucket: { ...raw.bitbucket, plan: "premiun" } },
    'bitbucket.plan: found "premiun"; allowed: free, standard, premium; did you mean "premium"?',
  ],
  ["a switch as text", { protect: "no" }, 'protect: found "no"; allowed: true or false;'],
  [
    "an unknown setting",
    { protekt: true },
    'protekt: found the unknown key "protekt"; allowed: environment, keycloak, bitbucket, signIn, lifetimes, pipelines, rotation, rotations, samlKey, realm, protect, asOf; did you mean "protect"?',
  ],
  [
    "a day instead of a moment",
    { asOf: "2026-11-23" },
    'asOf: found "2026-11-23"; allowed: a moment with its time zone,',
  ],
  [
    "saml without a connection",
    { signIn: { ...raw.signIn, kind: "saml" } },
    'signIn.connection: found "none", and kind saml; allowed: what follows "saml-" in the address that Atlassian shows,',
  ],
  [
    "a pattern for a connection",
    { signIn: { ...raw.signIn, kind: "saml", connection: "*" } },
    'signIn.connection: found "*"; allowed: what follows "saml-"',
  ],
  [
    "a whole address for a connection",
    { signIn: { ...raw.signIn, kind: "saml", connection: "https://auth.atlassian.com/saml/1f0e" } },
    'signIn.connection: found "https://auth.atlassian.com/saml/1f0e"; allowed: what follows "saml-"',
  ],
  [
    "a connection that oidc does not have",
    { signIn: { ...raw.signIn, connection: "1f0e" } },
    'signIn.connection: found "1f0e", and kind oidc; allowed: none; set connection to none, or kind to saml',
  ],
  [
    "a secret told to Atlassian",
    { signIn: { kind: "saml", url: "https://bitbucket.org", connection: "pending", publish: "rest" } },
    'signIn.publish: found "rest", and kind saml; allowed: hand;',
  ],
  [
    "a SAML key that signs before it is made",
    { samlKey: { newest: 1, signing: 2, reason: "R" } },
    "samlKey.signing: found 2, and 1 as the newest; allowed: at most newest; set signing to 1 or less",
  ],
])("%s", (_, settings, beginning) => {
  const problems = problemsOf(parseSettings({ ...raw, ...settings }, "f"));
  expect(problems).toHaveLength(1);
  expect(problems[0]?.replace(/^f {2}(bitbucket-keycloak:)?/, "")).toContain(beginning);
});

test("a secret that somebody wrote into a setting is not repeated", () => {
  const said = problemsOf(
    parseSettings(
      {
        ...raw,
        keycloak: { ...raw.keycloak, url: "https://admin:geheim@keycloak.acme.example?token=geheim" },
        signIn: { secure: "v1:geheim" },
        token: "geheim",
      },
      "f",
    ),
  ).join("\n");
  expect(said).toContain("signIn.secure");
  expect(said).not.toContain("geheim");
});

test("in a stack file, problems have their line and column", () => {
  const text = dev
    .replace("acme-dev", "Acme")
    .replace("connection: none", "connection: saml-*")
    .replace('protect: "false"', 'protct: "false"')
    .replace("5 minutes", "soon");
  expect(problemsOf(parseStackFile(text, "f")).map((line) => line.split(": found")[0])).toStrictEqual([
    "f:16:12  config.bitbucket-keycloak:keycloak.realm",
    "f:32:17  config.bitbucket-keycloak:signIn.connection",
    "f:36:18  config.bitbucket-keycloak:lifetimes.accessToken",
    "f:59:3  config.bitbucket-keycloak:protct",
  ]);
});

test("what others keep in a stack file is not looked at", () => {
  const text = `encryptionsalt: v1:abc:def\n${dev.replace("config:", "config:\n  keycloak:url: 7\n  aws:region: x")}`;
  expect(problemsOf(parseStackFile(text, "f"))).toStrictEqual([]);
});

describe("a realm that is observed, or declares more of itself", () => {
  const own = settingsFor("dev");
  const raw = (more: object, keycloak: object = {}) => ({
    ...(parseDocument(textOf("dev")).toJS() as { config: object }).config,
    ...Object.fromEntries(Object.entries(more)),
    keycloak: { ...own.keycloak, ...keycloak },
  });
  const given = (more: object, keycloak: object = {}) => {
    const all = Object.entries(raw(more, keycloak)).map(([key, value]) => [
      key.replace(`${projectName}:`, ""),
      value as unknown,
    ]);
    return parseSettings(Object.fromEntries(all), "f");
  };
  const mail = {
    host: "smtp.acme.example",
    port: 587,
    encryption: "starttls",
    from: "id@acme.example",
    user: "k",
  };

  test("has what it says; what is left out is absent", () => {
    const realm = { mail, themes: { login: "acme" }, requiredActions: { CONFIGURE_TOTP: "default" } };
    const full = given({ realm });
    expect(full.ok && full.settings.realm).toStrictEqual(realm);
    const none = given({ realm: {} }, { observed: [] });
    expect(none.ok && [none.settings.realm, none.settings.keycloak.observed]).toStrictEqual([
      undefined,
      undefined,
    ]);
    const observed = given({}, { observed: ["realm", "realm"], people: "external" });
    expect(observed.ok && observed.settings.keycloak.observed).toStrictEqual(["realm"]);
  });

  test("is refused where it would be written although it is observed, and where a value is none", () => {
    const samlKey = { newest: 1, signing: 0, reason: "soon" };
    expect(problemsOf(given({ realm: { mail }, samlKey }, { observed: ["realm"] }))).toStrictEqual([
      'f  bitbucket-keycloak:keycloak.people: found people who would be created in a realm that is observed; allowed: external, where the realm is observed; write "people: external"',
      "f  bitbucket-keycloak:realm: found settings of the realm; allowed: nothing, where the realm is observed; take it out, or own the realm (keycloak.observed)",
      "f  bitbucket-keycloak:samlKey: found keys of the realm; allowed: nothing, where the realm is observed; take it out, or own the realm (keycloak.observed)",
    ]);
    const wrong = given({
      realm: { mail: { ...mail, port: 0, encryption: "tls" }, requiredActions: { X: "on" } },
    });
    expect(problemsOf(wrong).map((line) => line.replace(/; correct.*|; did.*/, ""))).toHaveLength(3);
  });
});

describe("our own stack files", () => {
  test.each(stacks)("%s can be read, by its text and by its values alike", (stack) => {
    const fromText = parseStackFile(textOf(stack), stack);
    expect(problemsOf(fromText)).toStrictEqual([]);
    const { config } = parseDocument(textOf(stack)).toJS() as { config: Record<string, unknown> };
    const settings = Object.entries(config).map(([key, value]) => [
      key.replace(`${projectName}:`, ""),
      value === "true" || value === "false" ? value === "true" : value,
    ]);
    const fromValues = parseSettings(Object.fromEntries(settings), stack);
    expect(fromValues.ok && fromValues.settings).toStrictEqual(fromText.ok && fromText.settings);
  });

  test("all have the same keys in the same order, and say what is left out", () => {
    const optional = ["asOf", "samlKey", "realm"];
    const keys = stacks.map((stack) => keysOf(parseDocument(textOf(stack)).get("config")));
    expect(new Set(keys.map((list) => list.join("\n"))).size).toBe(1);
    expect(keys[0]?.filter((key) => !key.includes("."))).toStrictEqual(
      settingNames
        .filter((setting) => !optional.includes(setting))
        .map((setting) => `${projectName}:${setting}`),
    );
    for (const stack of stacks)
      for (const setting of optional) expect(textOf(stack)).toContain(`${projectName}:${setting}`);
  });
});

describe("variables of this machine", () => {
  const settings = settingsFor("dev");
  const stray = { KEYCLOAK_URL: "http://127.0.0.1:8080", BITBUCKET_KEYCLOAK_CREDENTIAL: "rotated" };

  test.each(["dev", "staging", "prod", "Local", "local-2", "locals", ""])(
    "move nothing of the stack %j",
    (stack) => {
      expect(onThisMachine(settings, stack, stray)).toStrictEqual(settingsFor("dev"));
      expect(
        onThisMachine(settings, stack, { ...stray, BITBUCKET_KEYCLOAK_CREDENTIAL: "both" }),
      ).toStrictEqual(settingsFor("dev"));
    },
  );

  const keyless = { ...settings, pipelines: { credential: "keyless" as const } };
  test.each<[string, Record<string, string>, string, string]>([
    ["none", {}, settings.keycloak.url, "keyless"],
    ["empty ones", { KEYCLOAK_URL: "", BITBUCKET_KEYCLOAK_CREDENTIAL: "" }, settings.keycloak.url, "keyless"],
    ["a server, with slashes", { KEYCLOAK_URL: "http://127.0.0.1:1//" }, "http://127.0.0.1:1", "keyless"],
    ["rotated", { BITBUCKET_KEYCLOAK_CREDENTIAL: "rotated" }, settings.keycloak.url, "rotated"],
    ["both", { BITBUCKET_KEYCLOAK_CREDENTIAL: "both" }, settings.keycloak.url, "both"],
    ["another word", { BITBUCKET_KEYCLOAK_CREDENTIAL: "basic" }, settings.keycloak.url, "keyless"],
  ])("move the stack local: %s", (_, env, url, credential) => {
    expect(onThisMachine(keyless, "local", env)).toStrictEqual({
      ...keyless,
      keycloak: { ...keyless.keycloak, url },
      pipelines: { credential },
    });
  });
});

function keysOf(node: unknown, prefix = ""): string[] {
  if (!(node instanceof YAMLMap)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = `${prefix}${String(key)}`;
    return [name, ...keysOf(value, `${name}.`)];
  });
}
