import { namesOf, only, placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { namesOf as splitName, People, type PeopleArgs } from "./people";

const dora = { username: "dora", name: "Dora Lind", email: "dora@acme.example", roles: [] };
const place = (args: Partial<PeopleArgs> = {}) =>
  placed(() => {
    const roleIds = new Map([["read:PAY", "role-1"]]);
    return new People("people", { realm: testRealm(), people: [dora], from: "declared", roleIds, ...args });
  });
const user = "keycloak:index/user:User";
const userRoles = "keycloak:index/userRoles:UserRoles";

test("a person is created with a verified address and a secret first password to be changed", async () => {
  const all = await place();
  expect(only(all, user, "dora")).toMatchObject({ parent: "people", deletedWith: "realm" });
  expect(only(all, user, "dora").inputs).toEqual({
    realmId: "realm-id",
    username: "dora",
    firstName: "Dora",
    lastName: "Lind",
    email: "dora@acme.example",
    emailVerified: true,
    enabled: true,
    initialPassword: { secret: { value: "generated", temporary: true } },
  });
  expect(namesOf(all, userRoles)).toEqual([]);
});

test("where people come from elsewhere, none is created", async () => {
  const all = await place({ from: "external" });
  expect(namesOf(all, user)).toEqual([]);
  expect(namesOf(all, "random:index/randomPassword:RandomPassword")).toEqual([]);
});

test("what somebody is granted alone is placed, and leaves the realm's default roles", async () => {
  const people = [{ ...dora, roles: ["read:PAY"] }];
  const expected = { realmId: "realm-id", roleIds: ["role-1"], exhaustive: false };
  expect(only(await place({ people }), userRoles, "dora").inputs).toEqual({ ...expected, userId: "dora-id" });

  const found = await place({ people, from: "external" });
  expect(only(found, userRoles, "dora").inputs).toMatchObject(expected);
});

test("a role that was never declared is an error that names it", async () => {
  let message = "";
  await placed(() => {
    try {
      const people = [{ ...dora, roles: ["merge:PAY"] }];
      new People("people", { realm: testRealm(), people, from: "declared", roleIds: new Map() });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe("role merge:PAY: no such role on the sign-in client; declared: none");
});

test.each([
  ["Dora Lind", { firstName: "Dora", lastName: "Lind" }],
  ["Maria del Mar Ruiz", { firstName: "Maria del Mar", lastName: "Ruiz" }],
  ["Plato", { firstName: "Plato" }],
])("%s is split for Keycloak", (name, expected) => {
  expect(splitName(name)).toEqual(expected);
});

test("a person who was disabled in Keycloak stays so", async () => {
  const { inputs, ignored } = only(await place(), user, "dora");
  expect([inputs.enabled, ignored]).toEqual([true, ["requiredActions", "enabled"]]);
});
