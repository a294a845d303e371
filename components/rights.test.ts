import { abilitiesOf } from "./testing/client";
import { only, placed, refusal } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { Rights, type RightsArgs } from "./rights";

const place = (args: Partial<RightsArgs> = {}) =>
  placed(() => new Rights("rights", { realm: testRealm(), roles: ["read:PAY", "merge:PAY"], ...args })).then(
    (all) => all.filter(({ parent }) => parent === "rights"),
  );
const role = "keycloak:index/role:Role";

test("nobody signs in by the client that has the roles, and nobody gets a token by it", async () => {
  const client = only(await place(), "keycloak:openid/client:Client", "bitbucket");
  expect(client.inputs.clientId).toBe("bitbucket");
  expect(abilitiesOf(client)).toMatchObject({
    grants: [],
    proof: "nothing",
    redirects: [],
    everyRole: false,
  });
});

test("each role is one of that client, and there are no others", async () => {
  const all = await place();
  expect(all).toHaveLength(3);
  expect(only(all, role, "merge:PAY").inputs).toEqual({
    realmId: "realm-id",
    clientId: "bitbucket-id",
    name: "merge:PAY",
    compositeRoles: [],
  });
  expect(await place({ roles: [] })).toHaveLength(1);
});

test("whoever holds a role that holds others has those, in whatever order they are declared", async () => {
  const roles = ["merge:PAY", "merge:PAY/api"];
  const composites = { "merge:PAY": ["merge:PAY/api"] };
  for (const order of [roles, [...roles].reverse()]) {
    const all = await place({ roles: order, composites });
    expect(only(all, role, "merge:PAY").inputs.compositeRoles).toEqual(["merge:PAY/api-id"]);
    expect(only(all, role, "merge:PAY/api").inputs.compositeRoles).toEqual([]);
  }
});

test("a role that is declared twice is refused", async () => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new Rights("rights", { realm, roles: ["read:PAY", "read:PAY"] });
  expect(await refusal(testRealm, refused)).toBe(
    "rights rights: roles: found read:PAY more than once; allowed: each name once; take the others out",
  );
});
