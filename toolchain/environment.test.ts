import { delimiter, join } from "node:path";
import type { Toolchain } from "./build";
import { pulumiEnvironment, stackOf, withLocalCredentials } from "./environment";
import { localFolder, root } from "./places";

const built: Toolchain = { pulumi: "/tc/cli/pulumi", built: { bin: "/tc/cli", home: "/tc/home" } };
const official: Toolchain = { pulumi: "/usr/bin/pulumi" };
const credentials = {
  keycloak: { url: "http://127.0.0.1:8080", user: "admin", password: "made-up" },
  bitbucket: { email: "ana@acme.example", apiToken: "made-up-too" },
};
const state = `file://${join(localFolder, "state")}?metadata=skip`;

test("what was built goes first on PATH and has a home of its own", () => {
  const env = pulumiEnvironment(built, {}, { PATH: "/usr/bin", PULUMI_HOME: "/home/ana/.pulumi" });
  expect(env).toEqual({
    PATH: ["/tc/cli", join(root, "node_modules/.bin"), "/usr/bin"].join(delimiter),
    PULUMI_HOME: "/tc/home",
    PULUMI_CREDENTIALS_PATH: "/home/ana/.pulumi",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NODE_COMPILE_CACHE: join(localFolder, "compiled"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    GOGC: "200",
    PULUMI_BACKEND_URL: state,
    BITBUCKET_KEYCLOAK_CHECKOUT: root,
  });
});

test("the official CLI keeps its home and fetches its plugins", () => {
  const env = pulumiEnvironment(official, {}, { PATH: "/usr/bin", PULUMI_HOME: "/home/ana/.pulumi" });
  expect(env.PULUMI_HOME).toBe("/home/ana/.pulumi");
  expect(env).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
});

test("folders that plugins remember in are those of the checkout, wherever a plugin is started", () => {
  const given = { BITBUCKET_REQUEST_JOURNAL: "journal", BITBUCKET_FIRST_LOOKS: "/looks", GOGC: "off" };
  expect(pulumiEnvironment(official, { stack: "prod" }, given)).toMatchObject({
    BITBUCKET_REQUEST_JOURNAL: join(root, "journal"),
    BITBUCKET_FIRST_LOOKS: "/looks",
    GOGC: "off",
  });
  expect(pulumiEnvironment(official, { stack: "local" }, given).BITBUCKET_REQUEST_JOURNAL).toBe(
    join(localFolder, "state/requests"),
  );
});

describe("the stack local", () => {
  const own = {
    PULUMI_BACKEND_URL: "s3://acme",
    PULUMI_CONFIG_PASSPHRASE: "acme's own",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/acme",
  };

  test("never uses the user's backend and passphrase", () => {
    const env = pulumiEnvironment(built, { stack: "local", loggedIn: true }, own);
    expect(env.PULUMI_BACKEND_URL).toBe(state);
    expect(env.PULUMI_CONFIG_PASSPHRASE).toBe("local");
    expect(env.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
  });

  const production = {
    BITBUCKET_EMAIL: "ops@acme.example",
    BITBUCKET_API_TOKEN: "production's",
    BITBUCKET_WORKSPACE: "acme",
    BITBUCKET_KEYCLOAK_TOOLCHAIN: "/tc",
    KEYCLOAK_CLIENT_ID: "pulumi",
    KEYCLOAK_CLIENT_SECRET: "production's, too",
    KEYCLOAK_REALM: "operations",
  };
  const aboutServers = (env: NodeJS.ProcessEnv) =>
    Object.fromEntries(
      Object.entries(env).filter(([name]) =>
        /^(KEYCLOAK|BITBUCKET)_(?!FIRST_LOOKS|REQUEST_JOURNAL)/.test(name),
      ),
    );
  const ours = { BITBUCKET_EMAIL: "ana@acme.example", BITBUCKET_API_TOKEN: "made-up-too" };

  test("has the credentials of the local servers and none of the shell's", () => {
    const env = pulumiEnvironment(official, { stack: "local", credentials }, production);
    expect(aboutServers(env)).toEqual({
      ...ours,
      BITBUCKET_KEYCLOAK_TOOLCHAIN: "/tc",
      KEYCLOAK_URL: "http://127.0.0.1:8080",
      KEYCLOAK_CLIENT_ID: "admin-cli",
      KEYCLOAK_USER: "admin",
      KEYCLOAK_PASSWORD: "made-up",
    });
    expect(withLocalCredentials(production, credentials)).toEqual(aboutServers(env));
  });

  test("where no server was ever started, has nobody's credentials", () => {
    expect(aboutServers(pulumiEnvironment(official, { stack: "local" }, production))).toEqual({
      BITBUCKET_KEYCLOAK_TOOLCHAIN: "/tc",
    });
  });

  test("takes all about a Keycloak that KEYCLOAK_URL names from the shell, and nothing else", () => {
    const given = { ...production, KEYCLOAK_URL: "https://keycloak.example" };
    const env = pulumiEnvironment(official, { stack: "local", credentials }, given);
    expect(aboutServers(env)).toEqual({ ...given, ...ours, BITBUCKET_WORKSPACE: undefined });
    expect(Object.keys(env)).not.toContain("BITBUCKET_WORKSPACE");
  });

  test("keeps the memory of creations that died beside its state; others in the user's cache", () => {
    const memory = (stack: string) =>
      pulumiEnvironment(built, { stack, backend: "/state" }).BITBUCKET_FIRST_LOOKS;
    expect(memory("local")).toBe("/state/first-looks");
    expect(memory("dev")).toBeUndefined();
  });

  test("counts the requests to its own servers apart from those to Bitbucket", () => {
    const journal = (stack: string) =>
      pulumiEnvironment(built, { stack, backend: "/state" }).BITBUCKET_REQUEST_JOURNAL;
    expect(journal("local")).toBe("/state/requests");
    expect(journal("dev")).toBeUndefined();
  });

  test("every other stack is the user's", () => {
    const env = pulumiEnvironment(built, { stack: "dev", credentials }, own);
    expect(env).toMatchObject(own);
    expect(Object.keys(env).filter((name) => /^(KEYCLOAK|BITBUCKET)_(?!KEYCLOAK)/.test(name))).toEqual([]);
  });

  test("no passphrase is made up for another stack", () => {
    expect(pulumiEnvironment(built, { stack: "prod" }, {})).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
  });

  test("a backend chosen by pulumi login stays", () => {
    expect(pulumiEnvironment(built, { stack: "dev", loggedIn: true }, {})).not.toHaveProperty(
      "PULUMI_BACKEND_URL",
    );
    expect(pulumiEnvironment(built, { stack: "dev" }, {}).PULUMI_BACKEND_URL).toBe(state);
  });
});

test("the backend of tests is theirs", () => {
  const env = pulumiEnvironment(built, { stack: "local", backend: "/tmp/some test" }, {});
  expect(env.PULUMI_BACKEND_URL).toBe("file:///tmp/some test?metadata=skip");
});

test.each([
  [["preview", "-s", "local"], "local"],
  [["preview", "--stack", "organization/bitbucket-keycloak/local"], "local"],
  [["--stack=dev", "up"], "dev"],
  [["up", "-sdev"], "dev"],
  [["stack", "init", "--no-select", "local"], "local"],
  [["stack", "rm", "local", "--yes"], "local"],
  [["stack", "ls"], undefined],
  [["up", "--", "-s", "local"], undefined],
  [["version"], undefined],
])("stackOf(%j) is %j", (args, expected) => {
  expect(stackOf(args)).toBe(expected);
});
