import { movedEnvironment, sharedSecrets, stackEnvironment, unreadCredentials } from "./credentials";
import { variables } from "./environment";
import type { Settings } from "./model";
import { renderProblem } from "./problem";
import { settingsFor } from "./testing/company";

const env = {
  PATH: "/bin",
  KEYCLOAK_CLIENT_ID: "runner",
  KEYCLOAK_CLIENT_SECRET: "secret-of-all",
  PROD_KEYCLOAK_CLIENT_SECRET: "secret-of-prod",
  EU_WEST_KEYCLOAK_CLIENT_SECRET: "secret-of-eu-west",
  PROD_NODE_OPTIONS: "--require=evil",
};

test("a stack has its own credentials, and none of another's", () => {
  const stacks = ["dev", "prod", "eu-west"];
  const {
    KEYCLOAK_CLIENT_SECRET: ofProd,
    NODE_OPTIONS: options,
    ...prod
  } = stackEnvironment("prod", stacks, env);
  expect([ofProd, options]).toEqual(["secret-of-prod", undefined]);
  expect(Object.keys(prod).sort()).toEqual(["KEYCLOAK_CLIENT_ID", "PATH", "PROD_NODE_OPTIONS"]);
  expect(stackEnvironment("dev", stacks, env).KEYCLOAK_CLIENT_SECRET).toBe("secret-of-all");
  expect(stackEnvironment("eu-west", stacks, env).KEYCLOAK_CLIENT_SECRET).toBe("secret-of-eu-west");
});

test.each(variables.filter(({ kind }) => kind === "credential").map(({ name }) => name))(
  "%s can be one stack's alone",
  (name) => {
    const given = { [name]: "of all", [`PROD_${name}`]: "of prod" };
    expect(stackEnvironment("prod", ["dev", "prod"], given)).toEqual({ [name]: "of prod" });
    expect(stackEnvironment("dev", ["dev", "prod"], given)).toEqual({ [name]: "of all" });
  },
);
test("whoever has a secret of its own for Keycloak sends no user and no password of another's", () => {
  const both = { ...env, KEYCLOAK_USER: "admin", KEYCLOAK_PASSWORD: "password-of-all" };
  const { KEYCLOAK_USER: user, KEYCLOAK_PASSWORD: password } = stackEnvironment("prod", ["dev"], both);
  expect([user, password]).toEqual([undefined, undefined]);
  expect(stackEnvironment("dev", ["prod"], both).KEYCLOAK_PASSWORD).toBe("password-of-all");
});

test("the variables of one stack are no credentials of one that is called as they begin", () => {
  const given = { BITBUCKET_KEYCLOAK_CREDENTIAL: "both", BITBUCKET_KEYCLOAK_AS_OF: "2026-06-15T12:00:00Z" };
  expect(stackEnvironment("bitbucket", ["prod"], given)).toEqual(given);
  expect(stackEnvironment("prod", ["bitbucket"], given)).toEqual(given);
});

describe("one secret, two servers", () => {
  const settingsAt = (environment: string, server: string): Settings => {
    const settings = settingsFor(environment, { url: `https://api.${server}.example` });
    const signIn = { ...settings.signIn, url: `https://bitbucket.${server}.example`, publish: "rest" };
    const keycloak = { ...settings.keycloak, url: `https://keycloak.${server}.example` };
    return { ...settings, keycloak, signIn: signIn as Settings["signIn"] };
  };
  const apart = new Map([
    ["dev", settingsAt("dev", "dev")],
    ["prod", settingsAt("prod", "prod")],
  ]);
  const together = new Map([
    ["dev", settingsAt("dev", "one")],
    ["prod", settingsAt("prod", "one")],
  ]);
  const found = (stack: string, stacks: ReadonlyMap<string, Settings>, given: Record<string, string>) =>
    sharedSecrets(stack, stacks, given).map(({ file }) => file.replace("environment variable ", ""));
  const names = [
    "KEYCLOAK_CLIENT_SECRET",
    "KEYCLOAK_PASSWORD",
    "KEYCLOAK_ACCESS_TOKEN",
    "BITBUCKET_API_TOKEN",
    "BITBUCKET_DATA_CENTER_TOKEN",
  ];

  test.each(names)(
    "%s is refused without a name before it, and goes where it is said whose it is",
    (name) => {
      const plain = { [name]: "one-secret" };
      expect([found("dev", apart, plain), found("prod", apart, plain)]).toEqual([[name], [name]]);
      expect(found("dev", together, plain)).toEqual([]);
      const own = { [`DEV_${name}`]: "of-dev", [`PROD_${name}`]: "of-prod" };
      expect([found("dev", apart, own), found("prod", apart, own)]).toEqual([[], []]);
      // One that has its own leaves the other to whoever else is there.
      expect(found("dev", apart, { ...plain, [`PROD_${name}`]: "of-prod" })).toEqual([]);
      expect(found("prod", apart, { ...plain, [`PROD_${name}`]: "of-prod" })).toEqual([]);
      const same = { [`DEV_${name}`]: "one-secret", [`PROD_${name}`]: "one-secret" };
      expect([found("dev", apart, same), found("prod", apart, same)]).toEqual([[name], [name]]);
    },
  );

  test.each(["BITBUCKET_KEYCLOAK_STACK", "BITBUCKET_DEPLOYMENT_ENVIRONMENT"])(
    "%s says whose it is, and it goes nowhere else",
    (variable) => {
      const plain = { KEYCLOAK_CLIENT_SECRET: "of-prod", [variable]: "prod" };
      expect(found("prod", apart, plain)).toEqual([]);
      expect(found("dev", apart, plain)).toEqual(["KEYCLOAK_CLIENT_SECRET"]);
      expect(found("dev", together, plain)).toEqual([]);
      expect(found("dev", apart, { ...plain, DEV_KEYCLOAK_CLIENT_SECRET: "of-dev" })).toEqual([]);
    },
  );

  test("a deployment environment that is no stack's says nothing", () => {
    const plain = { KEYCLOAK_CLIENT_SECRET: "s", BITBUCKET_DEPLOYMENT_ENVIRONMENT: "Website" };
    expect(found("prod", apart, plain)).toEqual(["KEYCLOAK_CLIENT_SECRET"]);
  });

  test("the stack local has credentials of its own, and is nobody's rival", () => {
    const stacks = new Map([...apart].slice(1)).set("local", settingsAt("dev", "local"));
    expect(found("prod", stacks, { KEYCLOAK_CLIENT_SECRET: "s" })).toEqual([]);
    expect(found("local", stacks, { KEYCLOAK_CLIENT_SECRET: "s" })).toEqual([]);
  });

  test("the error names both servers and both ways out, and not the secret", () => {
    const [problem] = sharedSecrets("dev", apart, { KEYCLOAK_CLIENT_SECRET: "hunter2hunter2" });
    expect(problem && renderProblem(problem)).toBe(
      "environment variable KEYCLOAK_CLIENT_SECRET  found one secret for https://keycloak.dev.example (stacks/Pulumi.dev.yaml) and https://keycloak.prod.example (stacks/Pulumi.prod.yaml); allowed: one server; put the secret of each into a variable of its own (DEV_KEYCLOAK_CLIENT_SECRET, PROD_KEYCLOAK_CLIENT_SECRET), or, where this is the one of dev alone, set BITBUCKET_KEYCLOAK_STACK to dev; where one of the files was led elsewhere, put it back",
    );
  });
});

test("what plain Pulumi would not read is said, by its name alone", () => {
  const found = unreadCredentials("prod", ["prod", "dev"], env).map(renderProblem);
  expect(found).toEqual([
    'environment variable PROD_KEYCLOAK_CLIENT_SECRET  found a variable that Pulumi does not read; KEYCLOAK_CLIENT_SECRET is another; run "npm run pulumi -- …", which hands it over, or set KEYCLOAK_CLIENT_SECRET to it',
  ]);
  expect(
    unreadCredentials("prod", ["prod", "dev"], { ...env, KEYCLOAK_CLIENT_SECRET: "secret-of-prod" }),
  ).toEqual([]);
  expect(unreadCredentials("dev", ["prod", "dev"], env)).toEqual([]);
});

test("of two stacks whose names begin alike, a variable is that of the longer name", () => {
  const given = { EU_AWS_KEYCLOAK_CLIENT_SECRET: "secret-of-eu-aws" };
  expect(stackEnvironment("eu", ["eu", "eu-aws"], given)).toEqual({});
  expect(stackEnvironment("eu-aws", ["eu", "eu-aws"], given)).toEqual({
    KEYCLOAK_CLIENT_SECRET: "secret-of-eu-aws",
  });
  expect(unreadCredentials("eu", ["eu", "eu-aws"], given)).toEqual([]);
});

describe("what signs in where a stack moves to", () => {
  const known = { "keycloak.url": "https://old", "bitbucket.url": "https://api" };
  const next = { ...known, "keycloak.url": "https://new", "signIn.url": "https://data.center" };
  const old = { KEYCLOAK_CLIENT_SECRET: "old", KEYCLOAK_ACCESS_TOKEN: "old", BITBUCKET_API_TOKEN: "kept" };

  test("what signs in at the old server does not, and what stays is kept", () => {
    const { env: at, problems } = movedEnvironment(known, next, {
      ...old,
      MOVED_KEYCLOAK_CLIENT_SECRET: "new",
    });
    expect([at, problems]).toEqual([{ KEYCLOAK_CLIENT_SECRET: "new", BITBUCKET_API_TOKEN: "kept" }, []]);
  });

  test("what is missing is said for each server, and nothing of the old one is there", () => {
    const moved = { ...next, "bitbucket.url": "https://other" };
    const { env: at, problems } = movedEnvironment(known, moved, old);
    expect([at, problems.map(({ file }) => file)]).toEqual([
      {},
      ["MOVED_KEYCLOAK_CLIENT_SECRET", "MOVED_BITBUCKET_API_TOKEN"].map(
        (name) => `environment variable ${name}`,
      ),
    ]);
  });

  test("each secret has such a variable, but for a token that the commands do not take", () => {
    for (const name of [
      "KEYCLOAK_CLIENT_SECRET",
      "KEYCLOAK_PASSWORD",
      "BITBUCKET_API_TOKEN",
      "BITBUCKET_DATA_CENTER_TOKEN",
    ]) {
      // prettier-ignore
      const all = { "keycloak.url": "a", "bitbucket.url": "a", "signIn.url": "a" };
      const elsewhere = { "keycloak.url": "b", "bitbucket.url": "b", "signIn.url": "b" };
      expect(movedEnvironment(all, elsewhere, { [`MOVED_${name}`]: "new" }).env).toEqual({ [name]: "new" });
    }
  });
});
