import * as pulumi from "@pulumi/pulumi";
import { abilitiesOf } from "../testing/client";
import { only, placed, refusal, type Placed } from "../testing/placed";
import { Realm } from "../realm";
import { firstRun, realmArgs, runAfter, testRealm } from "../testing/realm";
import type { Stored } from "./lastState";
import { RotatedCredential, type RotatedCredentialArgs } from "./rotatedCredential";

const client = "keycloak:openid/client:Client";
const password = "random:index/randomPassword:RandomPassword";
const schedule = "rotation:index:Schedule";
const claim = "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper";
const role = "keycloak:openid/clientServiceAccountRole:ClientServiceAccountRole";
const shown = "keycloak:index/genericRoleMapper:GenericRoleMapper";

const clientIds = { a: "api-a", b: "api-b" };
/** After the fourth rotation, which made slot b's secret. */
const fourth = {
  rotation: 3,
  rotatedAt: "2026-02-01T00:00:00Z",
  previousAt: "2026-01-01T00:00:00Z",
  endedAt: -1,
};

const common = { clientIds, title: "Pipeline of api", rotation: { overlap: 86_400 }, context: firstRun };

let made: RotatedCredential;
/** All that the credential places, without the realm. */
async function place(args: Partial<RotatedCredentialArgs> = {}, decided: object = fourth): Promise<Placed[]> {
  const all = await placed(
    () => {
      made = new RotatedCredential("api", { realm: testRealm(), ...common, ...args });
    },
    (type) => (type === schedule ? { ...decided } : {}),
  );
  return all.filter(({ parent }) => parent === "api");
}

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

test("a schedule, and for each slot a secret and a client, and nothing else", async () => {
  const all = await place();
  expect(all.map(({ type, name }) => [type, name])).toEqual([
    [client, "api-a"],
    [client, "api-b"],
    [password, "api-a"],
    [password, "api-b"],
    [schedule, "api"],
  ]);
});

test.each<[string, Stored | undefined, readonly string[], readonly boolean[]]>([
  ["nobody switched off is on", fourth, [], [true, true]],
  ["somebody switched off stays so, also by its next rotation", fourth, ["api-b"], [true, false]],
  [
    "the last run itself has ended is switched on again",
    { ...fourth, rotation: 2, endedAt: 2 },
    ["api-b"],
    [true, true],
  ],
  ["the first run finds switched off stays so", undefined, ["api-a"], [false, true]],
])("a slot that %s", async (_, schedule_, off, expected) => {
  const context = {
    ...runAfter(schedule_ ? { [`${schedule} api`]: schedule_ } : {}),
    switchedOff: (kind: string, name: string) => Promise.resolve(kind === "client" && off.includes(name)),
  };
  const all = await placed(
    () => {
      const realm = new Realm("realm", { ...realmArgs, context });
      new RotatedCredential("api", { realm, ...common, context });
    },
    (type) => (type === schedule ? { ...fourth } : {}),
  );
  expect(["api-a", "api-b"].map((name) => only(all, client, name).inputs.enabled)).toEqual(expected);
});

test("by default a slot's client is a service account of its own secret, and says which rotation made that", async () => {
  const slot = only(await place(), client, "api-a");
  expect(abilitiesOf(slot)).toMatchObject({
    grants: ["client credentials"],
    proof: "a secret",
    redirects: [],
    everyRole: false,
  });
  const { clientId, clientSecret, name, enabled, extraConfig } = slot.inputs;
  expect([clientId, clientSecret]).toEqual(["api-a", { secret: "generated" }]);
  expect([name, enabled]).toEqual(["Pipeline of api (a)", true]);
  expect(extraConfig).toEqual({ "rotation.number": "2 2026-01-01T00:00:00Z" });
  expect([slot.deletedWith, slot.hooks]).toEqual(["realm", ["beforeUpdate"]]);
});

test("clients that are for something else are no service accounts", async () => {
  const slot = only(await place({ flow: { standardFlowEnabled: true } }), client, "api-b");
  expect(abilitiesOf(slot).grants).toEqual(["authorization code"]);
});

test("a rotation makes another secret for its own slot, and none for the one that may be in use", async () => {
  const keepers = async (rotation: number) => {
    const all = await place({}, { ...fourth, rotation });
    return ["api-a", "api-b"].map((name) => only(all, password, name).inputs.keepers);
  };
  expect(await keepers(3)).toEqual([{ rotation: "2" }, { rotation: "3" }]);
  expect(await keepers(4)).toEqual([{ rotation: "4" }, { rotation: "3" }]);
});

test("the slot that is ended is off and gets another secret; the one in use stays as it is", async () => {
  const all = await place({}, { ...fourth, endedAt: 3 });
  const seen = ["api-a", "api-b"].map((name) => [
    only(all, client, name).inputs.enabled,
    only(all, password, name).inputs.keepers,
  ]);
  expect(seen).toEqual([
    [false, { rotation: "2 ended" }],
    [true, { rotation: "3" }],
  ]);
});

test("both slots say the same claims, in access tokens alone, and hold the same right", async () => {
  const all = await place({
    claims: { pipeline: "PAY/api:dev" },
    right: { role: "deploy:PAY/api", roleId: "role-id", clientId: "rights-id" },
  });
  expect(all).toHaveLength(5 + 2 * 3);
  for (const slot of ["api-a", "api-b"]) {
    expect(only(all, claim, `${slot}-pipeline`).inputs).toEqual({
      realmId: "realm-id",
      clientId: `${slot}-id`,
      name: "pipeline",
      claimName: "pipeline",
      claimValue: "PAY/api:dev",
      claimValueType: "String",
      addToIdToken: false,
      addToUserinfo: false,
    });
    expect(only(all, role, slot).inputs).toMatchObject({ clientId: "rights-id", role: "deploy:PAY/api" });
    expect(only(all, shown, slot).inputs).toMatchObject({ clientId: `${slot}-id`, roleId: "role-id" });
  }
});

test.each([
  [2, "api-a"],
  [3, "api-b"],
])("after rotation %i the credential is that of %s, and secret", async (rotation, clientId) => {
  await place({}, { ...fourth, rotation });
  expect(await known(made.clientId)).toBe(clientId);
  expect(await known(made.credential)).toBe(`${clientId}:generated`);
  expect(await known(made.secret)).toBe("generated");
  expect(await Promise.all([made.credential, made.secret, made.clientId].map(pulumi.isSecret))).toEqual([
    true,
    true,
    false,
  ]);
});

test("without a period it rotates by hand only; with one, by its days", async () => {
  const asked = async (args: Partial<RotatedCredentialArgs>) =>
    only(await place(args), schedule, "api").inputs;
  const byHand = { manualRotations: 2, revocations: 1 };
  const usual = { name: "api", overlap: 86_400, asOf: "2026-02-10T00:00:00.000Z" };
  expect(await asked({ rotation: { overlap: 86_400, byHand } })).toEqual({ ...usual, ...byHand });
  const monthly = { period: 2_592_000, overlap: 86_400 };
  expect(await asked({ rotation: monthly })).toEqual({
    ...usual,
    manualRotations: 0,
    revocations: 0,
    period: 2_592_000,
  });
});

const secrets = { [`${password} api-a`]: { result: "of-a" }, [`${password} api-b`]: { result: "of-b" } };
const rotation = { [`${schedule} api`]: { rotation: 3 } };

test.each<[string, Record<string, Stored>, string | undefined, number | undefined]>([
  ["what was published is the last rotation's", { ...rotation, ...secrets }, "api-b:of-b", 3],
  ["what was published is the rotation's before", { ...rotation, ...secrets }, "api-a:of-a", undefined],
  [
    "what was published has the client of the last rotation, and an older secret",
    { ...rotation, ...secrets },
    "api-b:older",
    undefined,
  ],
  [
    "what was published has the secret of the last rotation, and another client",
    { ...rotation, ...secrets },
    "api-a:of-b",
    undefined,
  ],
  ["nothing was published", { ...rotation, ...secrets }, "", undefined],
  ["the state lost the secret", rotation, "api-b:of-b", undefined],
  ["the state lost the schedule", secrets, "api-b:of-b", undefined],
  [
    "people publish it: who rotated it says by that that they have",
    { ...rotation, ...secrets },
    undefined,
    3,
  ],
  ["people publish it, and nothing has rotated yet", {}, undefined, undefined],
])("which rotation is confirmed, where %s", async (_, state, published, confirmed) => {
  const all = await place({
    context: runAfter(state),
    ...(published !== undefined && { published: pulumi.secret(published) }),
  });
  const { inputs } = only(all, schedule, "api");
  // Not secret: a schedule's inputs are shown in a preview.
  expect(inputs.published).toBe(confirmed);
});

test.each<[string, Partial<RotatedCredentialArgs>, string]>([
  [
    "one client for both slots",
    { clientIds: { a: "api", b: "api" } },
    "clientIds: found api for both slots; allowed: two ids; give each slot a client of its own",
  ],
  [
    "no overlap",
    { rotation: { overlap: 0 } },
    "rotation: found a period of no seconds and an overlap of 0; allowed: whole seconds above 0; give both in seconds, as in { period: 2_592_000, overlap: 86_400 }",
  ],
])("%s is refused before anything is registered", async (_, wrong, message) => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new RotatedCredential("api", { realm, ...common, ...wrong });
  expect(await refusal(testRealm, refused)).toBe(`rotated credential api: ${message}`);
});
