import * as pulumi from "@pulumi/pulumi";
import type { PipelineCredential } from "../access";
import { namesOf, only, placed } from "./testing/placed";
import { testRealm, testRoles } from "./testing/realm";
import { PipelineAccess } from "./pipelineAccess";
import { TrustedWorkspace } from "./trustedWorkspace";

const name = "payments-api.dev";
const rotation = {
  asOf: new Date("2026-02-10T00:00:00Z"),
  memory: { stored: () => pulumi.output(undefined) },
  administration: () => {
    throw new Error("nobody asks Keycloak here");
  },
  overlap: 86_400,
};
const role = "deploy:PAY/payments-api";
const schedule = { rotation: 0, rotatedAt: "2026-02-01T00:00:00Z", previousAt: "", endedAt: -1 };

function place(credential: PipelineCredential, bound: { restricted: boolean; branch?: string }) {
  return placed(
    () => {
      const realm = testRealm();
      const { restricted } = bound;
      const trusted = new TrustedWorkspace("pipelines", { realm, workspace: "acme", restricted });
      const where = { repository: "payments-api", project: "PAY", environment: "dev" } as const;
      const deployment = { ...where, type: "test", credential, role, ...bound } as const;
      const roles = testRoles();
      new PipelineAccess(name, { realm, workspace: "acme", deployment, roles, rotation, trusted });
    },
    (type) => ({
      ...(type === "bitbucket:index:Deployment" && { uuid: "{environment}" }),
      ...(type === "bitbucket:index:RepositoryIdentity" && { uuid: "{repository}" }),
      ...(type === "bitbucket:index:PipelinesIssuer" && {
        workspaceUuid: "{workspace}",
        issuer: "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        jwksUrl: "https://api.bitbucket.org/keys.json",
      }),
      ...(type === "rotation:index:Schedule" && schedule),
    }),
  );
}

const onMain = { restricted: false, branch: "main" };

test("the realm trusts the workspace, by its UUID; nobody signs in through it", async () => {
  const { inputs, deletedWith } = only(
    await place("keyless", onMain),
    "keycloak:oidc/identityProvider:IdentityProvider",
    "acme",
  );
  expect(inputs).toEqual({
    realm: "realm-id",
    alias: "bitbucket-pipelines",
    displayName: "Bitbucket Pipelines of acme",
    providerId: "bitbucket-pipelines",
    enabled: true,
    storeToken: false,
    validateSignature: true,
    issuer: "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    extraConfig: { workspaceUuid: "{workspace}", boundTo: "environment and branch" },
    authorizationUrl: "",
    tokenUrl: "",
    clientId: "none",
    clientSecret: { secret: "none" },
  });
  expect(deletedWith).toBe("realm");
});

test("the client is bound to repository, environment and branch, and nothing else signs it in", async () => {
  const { inputs } = only(await place("keyless", onMain), "keycloak:openid/client:Client", name);
  expect(inputs).toEqual({
    realmId: "realm-id",
    clientId: "pipeline.payments-api.dev",
    name: "Pipeline of payments-api to dev",
    accessType: "CONFIDENTIAL",
    clientAuthenticatorType: "federated-jwt",
    extraConfig: {
      "jwt.credential.issuer": "bitbucket-pipelines",
      "jwt.credential.sub": "{repository}:environment:{environment}:branch:main",
    },
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    fullScopeAllowed: false,
  });
});

test("where only administrators deploy, no branch is asked for", async () => {
  const all = await place("keyless", { restricted: true });
  expect(only(all, "keycloak:openid/client:Client", name).inputs.extraConfig).toMatchObject({
    "jwt.credential.sub": "{repository}:environment:{environment}",
  });
  expect(
    only(all, "keycloak:oidc/identityProvider:IdentityProvider", "acme").inputs.extraConfig,
  ).toMatchObject({
    boundTo: "environment",
  });
});

const variablesOf = async (credential: PipelineCredential) =>
  only(await place(credential, onMain), "bitbucket:index:DeploymentVariables", name).inputs.variables;
const names = [
  { key: "KEYCLOAK_ISSUER", value: "https://keycloak.example/realms/realm-id", secured: false },
  { key: "KEYCLOAK_AUDIENCE", value: "https://keycloak.example/realms/realm-id", secured: false },
  { key: "KEYCLOAK_CLIENT_ID", value: "pipeline.payments-api.dev", secured: false },
];

test("a step finds names and no secret, and no secret is made", async () => {
  expect(await variablesOf("keyless")).toEqual(names);
  const all = await place("keyless", onMain);
  expect(namesOf(all, "random:index/randomPassword:RandomPassword")).toEqual([]);
  expect(namesOf(all, "rotation:index:Schedule")).toEqual(["signing-keys"]);
  expect(all.filter(({ parent }) => parent === name)).toHaveLength(7);
});

test("both: names first, then the secret, under clients of their own", async () => {
  const { secret } = (await variablesOf("both")) as { secret: { key: string; secured: boolean }[] };
  expect(secret.slice(0, 3)).toEqual(names);
  expect(secret.slice(3).map(({ key, secured }) => [key, secured])).toEqual([
    ["KEYCLOAK_CREDENTIAL", true],
    ["KEYCLOAK_TOKEN_URL", false],
  ]);
  const clients = (await place("both", onMain)).filter(
    ({ type }) => type === "keycloak:openid/client:Client",
  );
  expect(clients.map(({ inputs }) => inputs.clientId)).toEqual([
    "pipeline.payments-api.dev",
    "pipeline-a.payments-api.dev",
    "pipeline-b.payments-api.dev",
  ]);
});

test("keyless without a trusted workspace is an error that says so", async () => {
  const where = { repository: "payments-api", project: "PAY", environment: "dev" };
  const deployment = { ...where, type: "test", restricted: true, credential: "keyless", role } as const;
  const place = (realm = testRealm()) =>
    new PipelineAccess(name, { realm, workspace: "acme", deployment, roles: testRoles(), rotation });
  await placed(() => {
    expect(place).toThrow(
      `pipeline ${name}: found no trusted workspace; a keyless credential needs one: pass "trusted"`,
    );
  });
});
