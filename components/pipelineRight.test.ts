import type { PipelineCredential } from "../access";
import { only, placed } from "./testing/placed";
import { firstRun, testRealm, testRoles } from "./testing/realm";
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

function place(credential: PipelineCredential) {
  return placed(
    () => {
      const realm = testRealm();
      const trusted = new TrustedWorkspace("pipelines", { realm, workspace: "acme", restricted: true });
      const pipeline = { ...deployment, credential };
      const [roles, rotation] = [testRoles(), { ...firstRun, overlap: 86_400 }];
      new PipelineAccess(name, { realm, workspace: "acme", deployment: pipeline, roles, rotation, trusted });
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
      clientId: "bitbucket-id",
      role: "deploy:PAY/payments-api",
    });
    expect(only(all, shown, client).inputs).toEqual({
      realmId: "realm-id",
      clientId: `${client}-id`,
      roleId: "role-id",
    });
    for (const type of [stored, shown])
      expect(only(all, type, client)).toMatchObject({ parent: name, deletedWith: "realm" });
  }
});

test("a role that the sign-in client lacks is an error that says so", async () => {
  const bring = (realm = testRealm()) =>
    new PipelineAccess(name, {
      realm,
      workspace: "acme",
      deployment: { ...deployment, credential: "rotated" },
      roles: { ...testRoles(), roleIds: new Map() },
      rotation: { ...firstRun, overlap: 86_400 },
    });
  await placed(() => {
    expect(bring).toThrow("role deploy:PAY/payments-api: no such role on the sign-in client; declared: none");
  });
});
