import type { PipelineCredential } from "../access";
import { abilitiesOf } from "./testing/client";
import { namesOf, only, placed, refusal } from "./testing/placed";
import { firstRun, testRealm, testRights } from "./testing/realm";
import { PipelineAccess } from "./pipelineAccess";
import { TrustedWorkspace } from "./trustedWorkspace";

const name = "payments-api.dev";
const role = "deploy:PAY/payments-api";
const rights = testRights(role);
const common = { workspace: "acme", rights, rotation: { overlap: 86_400 }, context: firstRun };
const schedule = { rotation: 0, rotatedAt: "2026-02-01T00:00:00Z", previousAt: "", endedAt: -1 };

function place(credential: PipelineCredential, bound: { restricted: boolean; branch?: string }) {
  return placed(
    () => {
      const realm = testRealm();
      const { restricted } = bound;
      const trusted = new TrustedWorkspace("acme", { realm, workspace: "acme", restricted });
      const where = { repository: "payments-api", project: "PAY", environment: "dev" } as const;
      const deployment = { ...where, type: "test", credential, role, ...bound } as const;
      new PipelineAccess(name, { ...common, realm, deployment, trusted });
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

test("the realm trusts this workspace's pipelines, by its UUID; nobody signs in through them, and no token is kept", async () => {
  const { inputs, deletedWith } = only(
    await place("keyless", onMain),
    "keycloak:oidc/identityProvider:IdentityProvider",
    "acme",
  );
  expect([inputs.issuer, inputs.extraConfig]).toEqual([
    "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    { workspaceUuid: "{workspace}", boundTo: "environment and branch" },
  ]);
  expect([inputs.providerId, inputs.enabled, inputs.validateSignature]).toEqual([
    "bitbucket-pipelines",
    true,
    true,
  ]);
  // A broker that has nowhere to send a person lets nobody in.
  expect([inputs.authorizationUrl, inputs.tokenUrl, inputs.storeToken]).toEqual(["", "", false]);
  expect(deletedWith).toBe("realm");
});

test("a step of this repository to this environment on this branch gets tokens, by its own token alone", async () => {
  const client = only(await place("keyless", onMain), "keycloak:openid/client:Client", name);
  expect(abilitiesOf(client)).toMatchObject({
    grants: ["client credentials"],
    proof: "a pipeline's token",
    redirects: [],
    everyRole: false,
  });
  const { clientId, clientSecret, extraConfig } = client.inputs;
  expect([clientId, clientSecret]).toEqual(["pipeline.payments-api.dev", undefined]);
  expect(extraConfig).toEqual({
    "jwt.credential.issuer": "bitbucket-pipelines",
    "jwt.credential.sub": "{repository}:environment:{environment}:branch:main",
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

test("keyless without a trusted workspace is refused before anything is registered", async () => {
  const where = { repository: "payments-api", project: "PAY", environment: "dev" };
  const deployment = { ...where, type: "test", restricted: true, credential: "keyless", role } as const;
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new PipelineAccess(name, { ...common, realm, deployment });
  expect(await refusal(testRealm, refused)).toBe(
    `pipeline ${name}: trusted: found nothing; allowed: a trusted workspace, which a keyless credential needs; pass "trusted", or set the credential to rotated`,
  );
});

test("a workspace that is no slug is refused", async () => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new TrustedWorkspace("acme", { realm, workspace: "Acme Inc", restricted: true });
  expect(await refusal(testRealm, refused)).toBe(
    'trusted workspace acme: workspace: found "Acme Inc"; allowed: the slug of a workspace; give what follows bitbucket.org/ in its address, as in acme',
  );
});
