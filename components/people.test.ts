import { namesOf, only, placed, refusal } from "./testing/placed";
import { firstRun, testRealm, testRights } from "./testing/realm";
import { namesOf as splitName, People, type PeopleArgs } from "./people";
import type { Realm } from "./realm";

const dora = { username: "dora", name: "Dora Lind", email: "dora@acme.example", roles: [] };
const rights = testRights("read:PAY");
const declare = (realm: Realm, args: Partial<PeopleArgs> = {}) =>
  new People("people", { realm, people: [dora], from: "declared", rights, context: firstRun, ...args });
const refuse = () => Promise.reject(new Error("nothing is written here"));
const place = (args: Partial<PeopleArgs> = {}) => placed(() => declare(testRealm(), args));
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
  expect(all.filter(({ parent }) => parent === "people")).toEqual([]);
});

test("what somebody is granted alone is placed, and leaves the realm's default roles", async () => {
  const people = [{ ...dora, roles: ["read:PAY"] }];
  const expected = { realmId: "realm-id", roleIds: ["role-1"], exhaustive: false };
  expect(only(await place({ people }), userRoles, "dora").inputs).toEqual({ ...expected, userId: "dora-id" });

  // As Keycloak answers to somebody who asks for an exact name; and to one who does not.
  const users = [{ id: "1", username: "adora" }, { id: "2", username: "dora" }]; // prettier-ignore
  const get = <T>(_: string, { username = "" } = {}) =>
    Promise.resolve((username === "dora" ? users.slice(1) : users) as T);
  const context = { administration: () => ({ get, put: refuse, post: refuse, delete: refuse }) };
  const found = await place({ people, from: "external", context });
  expect(only(found, userRoles, "dora").inputs).toEqual({ ...expected, userId: "2" });
});

test.each<[string, PeopleArgs["people"], string]>([
  [
    "a role that was never declared",
    [{ ...dora, roles: ["merge:PAY"] }],
    "person dora: roles: found merge:PAY; allowed: read:PAY; declare it among the roles of the rights, or take it out here",
  ],
  [
    "one user name for two",
    [dora, dora],
    "people people: found dora more than once; allowed: each name once; take the others out",
  ],
])("%s is refused before anything is registered", async (_, people, message) => {
  expect(await refusal(testRealm, (realm) => declare(realm, { people }))).toBe(message);
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
