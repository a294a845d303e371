import { adoptBy } from "./takeOver";
import { abilitiesOf } from "./testing/client";
import { ask, only, placed, refusal } from "./testing/placed";
import { firstRun, runAfter, testRealm, testRights } from "./testing/realm";
import { PipelineAccess, type PipelineAccessArgs } from "./pipelineAccess";
import { clientIdOf } from "../access";

// Between two tries of a credential nobody waits here.
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const standing = {
  rotation: 3,
  rotatedAt: "2026-02-01T00:00:00Z",
  previousAt: "2026-01-01T00:00:00Z",
  endedAt: -1,
};
const rotation = { period: 2_592_000, overlap: 86_400, byHand: { manualRotations: 1, revocations: 0 } };

const deployment = {
  repository: "payments-api",
  project: "PAY",
  environment: "prod",
  type: "production",
  restricted: true,
  credential: "rotated",
  role: "deploy:PAY/payments-api",
} as const;
const rights = testRights("deploy:PAY/payments-api");
const place = (
  outputs: Readonly<Record<string, unknown>> = standing,
  context: PipelineAccessArgs["context"] = firstRun,
) =>
  placed(
    () => {
      const args = { workspace: "acme", deployment, rights, rotation, context };
      new PipelineAccess("payments-api.prod", { realm: testRealm(), ...args });
    },
    (type) => ({
      ...(type === "bitbucket:index:Deployment" && { uuid: "{environment}" }),
      ...(type === "rotation:index:Schedule" && outputs),
    }),
  );
const name = "payments-api.prod";
const client = "keycloak:openid/client:Client";
const password = "random:index/randomPassword:RandomPassword";

test("the environment is Bitbucket's, restricted as declared", async () => {
  const { inputs, parent } = only(await place(), "bitbucket:index:Deployment", name);
  expect(inputs).toEqual({
    workspace: "acme",
    repository: "payments-api",
    name: "prod",
    type: "Production",
    adminOnly: true,
    adoptBy,
  });
  expect(parent).toBe(name);
});

test("the step finds one secured variable with both halves, and where to ask", async () => {
  const { inputs, hooks } = only(await place(), "bitbucket:index:DeploymentVariables", name);
  expect(hooks).toEqual(["beforeCreate", "beforeUpdate"]);
  expect(inputs).toEqual({
    workspace: "acme",
    repository: "payments-api",
    environment: "{environment}",
    variables: {
      secret: [
        {
          key: "KEYCLOAK_CREDENTIAL",
          value: "pipeline-b.payments-api.prod:generated",
          secured: true,
        },
        {
          key: "KEYCLOAK_TOKEN_URL",
          value: "https://keycloak.example/realms/realm-id/protocol/openid-connect/token",
          secured: false,
        },
      ],
    },
    adoptBy,
  });
});

test("it rotates by the settings of the stack, what was rotated by hand included", async () => {
  const { inputs, parent } = only(await place(), "rotation:index:Schedule", name);
  expect(inputs).toEqual({
    name,
    period: 2_592_000,
    overlap: 86_400,
    manualRotations: 1,
    revocations: 0,
    asOf: "2026-02-10T00:00:00.000Z",
  });
  expect(parent).toBe(name);
});

test("each slot is a service account, whose tokens say whose they are and carry one right", async () => {
  const all = await place();
  for (const slot of ["a", "b"]) {
    const placedSlot = only(all, client, `${name}-${slot}`);
    expect(placedSlot).toMatchObject({ parent: name, deletedWith: "realm", hooks: ["beforeUpdate"] });
    expect(abilitiesOf(placedSlot)).toMatchObject({
      grants: ["client credentials"],
      proof: "a secret",
      redirects: [],
      everyRole: false,
    });
    const { clientId, clientSecret } = placedSlot.inputs;
    expect([clientId, clientSecret]).toEqual([`pipeline-${slot}.payments-api.prod`, { secret: "generated" }]);
    const mapper = "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper";
    expect(only(all, mapper, `${name}-${slot}-pipeline`).inputs).toMatchObject({
      claimName: "pipeline",
      claimValue: "PAY/payments-api:prod",
      addToIdToken: false,
      addToUserinfo: false,
    });
  }
  expect(all.filter(({ parent }) => parent === name)).toHaveLength(14);
});

test("a slot's secret belongs to the last rotation that was its own", async () => {
  const all = await place();
  const keepers = (slot: string) => only(all, password, `${name}-${slot}`).inputs.keepers;
  expect([keepers("a"), keepers("b")]).toEqual([{ rotation: "2" }, { rotation: "3" }]);
  expect(only(all, password, `${name}-a`).inputs).toMatchObject({ length: 48, special: false });
  const rotation = (slot: string) => only(all, client, `${name}-${slot}`).inputs.extraConfig;
  expect([rotation("a"), rotation("b")]).toEqual([
    { "rotation.number": "2 2026-01-01T00:00:00Z" },
    { "rotation.number": "3 2026-02-01T00:00:00Z" },
  ]);
});

test("what was ended gets another secret and no more tokens; the slot in use stays", async () => {
  const all = await place({ ...standing, endedAt: 3 });
  expect(only(all, password, `${name}-a`).inputs.keepers).toEqual({ rotation: "2 ended" });
  const enabled = (slot: string) => only(all, client, `${name}-${slot}`).inputs.enabled;
  expect([enabled("a"), enabled("b")]).toEqual([false, true]);
});

test("no two pipelines share a client, nor two slots", () => {
  const ids = (["a", "b"] as const).flatMap((slot) => [
    clientIdOf({ repository: "a", environment: "b-c" }, slot),
    clientIdOf({ repository: "a-b", environment: "c" }, slot),
    clientIdOf({ repository: "x.a", environment: "b" }, slot),
    clientIdOf({ repository: "x", environment: "a" }, slot),
  ]);
  expect(new Set(ids).size).toBe(8);
});

describe("before the variables are written", () => {
  const variables = "bitbucket:index:DeploymentVariables";
  // Nobody listens there: whoever is asked for a token is seen to be.
  const tokenUrl = { key: "KEYCLOAK_TOKEN_URL", value: "no address" };
  const rotated = { variables: [{ key: "KEYCLOAK_CREDENTIAL", value: "api-b:s3cret" }, tokenUrl] };
  const refused = /^Keycloak refuses the new credential of api-b /;
  const list = async () => only(await place(), variables, name);

  test.each(["beforeCreate", "beforeUpdate"] as const)("%s: the credential is proved", async (before) => {
    const inputs = { newInputs: rotated, ...(before === "beforeUpdate" && { oldInputs: rotated }) };
    await expect(ask(await list(), before, inputs)).rejects.toThrow(refused);
  });

  test("the only way in that running steps know is not taken away", async () => {
    const keyless = { variables: [{ key: "KEYCLOAK_CLIENT_ID", value: "pipeline.api.prod" }] };
    await expect(
      ask(await list(), "beforeUpdate", { oldInputs: keyless, newInputs: rotated }),
    ).rejects.toThrow(
      /^the pipeline of payments-api\.prod would lose the only way in that its running steps know \(KEYCLOAK_CLIENT_ID\)/,
    );
  });
});

describe("which rotation counts as published", () => {
  const state = (credential?: string) => ({
    [`rotation:index:Schedule ${name}`]: { rotation: 3 },
    [`${password} ${name}-a`]: { result: "of-a" },
    [`${password} ${name}-b`]: { result: "of-b" },
    [`bitbucket:index:DeploymentVariables ${name}`]: {
      variables: credential === undefined ? [] : [{ key: "KEYCLOAK_CREDENTIAL", value: credential }],
    },
  });

  test.each<[string, string | undefined, number | undefined]>([
    ["the last, where its own credential stands there", "pipeline-b.payments-api.prod:of-b", 3],
    ["none, where the one before still stands there", "pipeline-a.payments-api.prod:of-a", undefined],
    ["none, where an older secret of its slot stands there", "pipeline-b.payments-api.prod:old", undefined],
    ["none, where nothing stands there", undefined, undefined],
  ])("%s", async (_, credential, published) => {
    const all = await place(standing, runAfter(state(credential)));
    expect(only(all, "rotation:index:Schedule", name).inputs.published).toBe(published);
  });
});

test("a pipeline that was called otherwise keeps all it has; a client gets its new id with its next secret", async () => {
  const [before, now] = [name, "payments-core.live"];
  const old = (slot: "a" | "b", rotated: string) => ({
    [`${client} ${before}-${slot}`]: {
      clientId: `pipeline-${slot}.${before}`,
      extraConfig: { "rotation.number": rotated },
    },
    [`${password} ${before}-${slot}`]: { result: `secret of ${slot}` },
  });
  const context = runAfter({
    ...old("a", "2 2026-01-01T00:00:00Z"),
    // It has rotated since.
    ...old("b", "1 2025-12-01T00:00:00Z"),
    [`rotation:index:Schedule ${before}`]: { rotation: 2 },
    [`bitbucket:index:DeploymentVariables ${before}`]: {
      variables: [{ key: "KEYCLOAK_CREDENTIAL", value: `pipeline-a.${before}:secret of a` }],
    },
  });
  const renamed = { ...deployment, repository: "payments-core", environment: "live", formerNames: [before] };
  const all = await placed(
    () => {
      const args = { workspace: "acme", deployment: renamed, rights, rotation, context };
      new PipelineAccess(now, { realm: testRealm(), ...args });
    },
    (type) => ({ ...(type === "rotation:index:Schedule" && standing) }),
  );
  const ids = (["a", "b"] as const).map((slot) => only(all, client, `${now}-${slot}`).inputs.clientId);
  expect(ids).toEqual([`pipeline-a.${before}`, `pipeline-b.${now}`]);
  // What it published under its old name is known, so nothing is published again.
  expect(only(all, "rotation:index:Schedule", now).inputs.published).toBe(2);

  const kept = new Set(all.flatMap(({ urn, aliases }) => [urn, ...aliases]));
  const stood = (await place()).filter(({ urn }) => urn.includes("PipelineAccess")).map(({ urn }) => urn);
  expect(stood.filter((urn) => !kept.has(urn))).toEqual([]);
});

test("an overlap longer than the period is refused before anything is registered", async () => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new PipelineAccess(name, {
      realm,
      workspace: "acme",
      deployment,
      rights,
      rotation: { period: 600, overlap: 86_400 },
      context: firstRun,
    });
  expect(await refusal(testRealm, refused)).toBe(
    `pipeline ${name}: rotation.overlap: found 86400 seconds, and a period of 600; allowed: at most the period; shorten the overlap, or lengthen the period`,
  );
});
