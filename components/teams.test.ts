import { namesOf, only, placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { Teams, type TeamsArgs } from "./teams";

const groups = [
  { name: "engineering", owner: "ana", description: "Everybody", roles: ["read:PAY"] },
  { name: "payments", owner: "chen", description: "", parent: "engineering", members: ["dora"], roles: [] },
];
const place = (args: Partial<TeamsArgs> = {}) =>
  placed(() => {
    const roleIds = new Map([["read:PAY", "role-1"]]);
    return new Teams("teams", {
      realm: testRealm(),
      groups,
      roleIds,
      people: { accounts: new Map() },
      workspace: "acme",
      ...args,
    });
  });

const group = "keycloak:index/group:Group";

test("groups form the tree of the teams, with owner and description", async () => {
  const all = await place();
  expect(namesOf(all, group)).toEqual(["engineering", "payments"]);
  expect(only(all, group, "engineering").inputs).toEqual({
    realmId: "realm-id",
    name: "engineering",
    attributes: { owner: "ana", description: "Everybody" },
  });
  expect(only(all, group, "payments").inputs.parentId).toBe("engineering-id");
});

test("each group owns all its roles, also when it has none", async () => {
  const all = await place();
  const roles = "keycloak:index/groupRoles:GroupRoles";
  expect(only(all, roles, "engineering").inputs).toMatchObject({ roleIds: ["role-1"], exhaustive: true });
  expect(only(all, roles, "payments").inputs).toMatchObject({ roleIds: [], exhaustive: true });
});

test("declared members are placed; a team without members is Keycloak's own business", async () => {
  const all = await place();
  const memberships = "keycloak:index/groupMemberships:GroupMemberships";
  expect(namesOf(all, memberships)).toEqual(["payments"]);
  expect(only(all, memberships, "payments").inputs).toEqual({
    realmId: "realm-id",
    groupId: "payments-id",
    members: ["dora"],
  });
});

test("only the governing stack places groups in Bitbucket, and never their members", async () => {
  const governing = await place();
  expect(only(governing, "bitbucket:index:Group", "payments").inputs).toEqual({
    workspace: "acme",
    name: "payments",
  });
  expect(namesOf(governing, "bitbucket:index:Group")).toEqual(["engineering", "payments"]);
  expect(governing.filter(({ type }) => type.startsWith("bitbucket:index:GroupMembers"))).toEqual([]);

  const other = await place({ workspace: undefined });
  expect(other.filter(({ type }) => type.startsWith("bitbucket:"))).toEqual([]);
});

test("a team that is declared empty is held empty: whoever is added by hand is seen", async () => {
  const all = await place({
    groups: [{ name: "guests", owner: "ben", description: "", members: [], roles: [] }],
  });
  expect(only(all, "keycloak:index/groupMemberships:GroupMemberships", "guests").inputs).toEqual({
    realmId: "realm-id",
    groupId: "guests-id",
    members: [],
  });
});
