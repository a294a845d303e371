import type { PipelineCredential } from "../access";
import { only, placed, refusal } from "./testing/placed";
import { firstRun, testRealm, testRights } from "./testing/realm";
import { PipelineAccess } from "./pipelineAccess";
import { TrustedWorkspace } from "./trustedWorkspace";

const name = "payments-api.dev";
const deployment = {
  repository: "payments-api",
  project: "PAY",
  environment: "dev",
  type: "test",
  restricted: true,
  role: "deploy:PAY/payments-api",
} as const;
const common = { workspace: "acme", rotation: { overlap: 86_400 }, context: firstRun };

function place(credential: PipelineCredential) {
  return placed(
    () => {
      const realm = testRealm();
      const trusted = new TrustedWorkspace("acme", { realm, workspace: "acme", restricted: true });
      const pipeline = { ...deployment, credential };
      const rights = testRights(deployment.role);
      new PipelineAccess(name, { ...common, realm, deployment: pipeline, rights, trusted });
    },
    (type) => ({
      ...(type === "keycloak:openid/client:Client" && { serviceAccountUserId: "account-id" }),
      ...(type === "rotation:index:Schedule" && { rotation: 0, rotatedAt: "", previousAt: "", endedAt: -1 }),
    }),
  );
}

const stored = "keycloak:openid/clientServiceAccountRole:ClientServiceAccountRole";
const shown = "keycloak:index/genericRoleMapper:GenericRoleMapper";

test("both slots and the client without a secret hold the same one role, and their tokens show it", async () => {
  const all = await place("both");
  const clients = [name, `${name}-a`, `${name}-b`];
  const ofPipelines = ({ type }: { type: string }) => type === stored || type === shown;
  expect(all.filter(ofPipelines)).toHaveLength(2 * clients.length);
  for (const client of clients) {
    expect(only(all, stored, client).inputs).toEqual({
      realmId: "realm-id",
      serviceAccountUserId: "account-id",
      clientId: "rights-id",
      role: "deploy:PAY/payments-api",
    });
    expect(only(all, shown, client).inputs).toEqual({
      realmId: "realm-id",
      clientId: `${client}-id`,
      roleId: "role-1",
    });
    for (const type of [stored, shown])
      expect(only(all, type, client)).toMatchObject({ parent: name, deletedWith: "realm" });
  }
});

test("a role that the rights lack is refused before anything is registered", async () => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new PipelineAccess(name, {
      ...common,
      realm,
      deployment: { ...deployment, credential: "rotated" },
      rights: testRights(),
    });
  expect(await refusal(testRealm, refused)).toBe(
    `pipeline ${name}: roles: found deploy:PAY/payments-api; allowed: none is declared; declare it among the roles of the rights, or take it out here`,
  );
});
