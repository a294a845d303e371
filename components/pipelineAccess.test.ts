import { only, placed } from "../test/placed";
import { testRealm } from "../test/realm";
import { clientIdOf, PipelineAccess } from "./pipelineAccess";

const deployment = {
  repository: "payments-api",
  project: "PAY",
  environment: "prod",
  type: "production",
  restricted: true,
  credential: "rotated",
} as const;
const place = () =>
  placed(
    () => new PipelineAccess("payments-api.prod", { realm: testRealm(), workspace: "acme", deployment }),
    (type) => (type === "bitbucket:index:Deployment" ? { uuid: "{environment}" } : {}),
  );
const name = "payments-api.prod";

test("the environment is Bitbucket's, restricted as declared", async () => {
  const { inputs, parent } = only(await place(), "bitbucket:index:Deployment", name);
  expect(inputs).toEqual({
    workspace: "acme",
    repository: "payments-api",
    name: "prod",
    type: "Production",
    adminOnly: true,
  });
  expect(parent).toBe(name);
});

test("the step finds one secured variable with both halves, and where to ask", async () => {
  const { inputs } = only(await place(), "bitbucket:index:DeploymentVariables", name);
  expect(inputs).toEqual({
    workspace: "acme",
    repository: "payments-api",
    environment: "{environment}",
    variables: {
      secret: [
        {
          key: "KEYCLOAK_CREDENTIAL",
          value: "pipeline.payments-api.prod:generated",
          secured: true,
        },
        {
          key: "KEYCLOAK_TOKEN_URL",
          value: "https://keycloak.example/realms/realm-id/protocol/openid-connect/token",
          secured: false,
        },
      ],
    },
  });
});

test("the client is a service account and nothing else, and its tokens say whose they are", async () => {
  const all = await place();
  expect(only(all, "keycloak:openid/client:Client", name).inputs).toMatchObject({
    clientId: "pipeline.payments-api.prod",
    clientSecret: { secret: "generated" },
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    fullScopeAllowed: false,
  });
  const mapper = "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper";
  expect(only(all, mapper, name).inputs).toMatchObject({
    claimName: "pipeline",
    claimValue: "PAY/payments-api:prod",
    addToIdToken: false,
    addToUserinfo: false,
  });
  expect(all.filter(({ parent }) => parent === name)).toHaveLength(5);
});

test("no two pipelines share a client", () => {
  const one = clientIdOf({ repository: "a", environment: "b-c" });
  const other = clientIdOf({ repository: "a-b", environment: "c" });
  expect(one).not.toBe(other);
});
