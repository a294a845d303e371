import type * as pulumi from "@pulumi/pulumi";
import { namesOf, only, placed, refusal, valueOf } from "./testing/placed";
import { testRealm, testRights } from "./testing/realm";
import { namesOf as splitName, People, type PeopleArgs } from "./people";
import type { Realm } from "./realm";

const dora = { username: "dora", name: "Dora Lind", email: "dora@acme.example", roles: [] };
const rights = testRights("read:PAY");
const declare = (realm: Realm, args: Partial<PeopleArgs> = {}) =>
  new People("people", { realm, people: [dora], from: "declared", rights, ...args });
const place = (args: Partial<PeopleArgs> = {}) => placed(() => declare(testRealm(), args));
const user = "keycloak:index/user:User";
const userRoles = "keycloak:index/userRoles:UserRoles";
const password = "random:index/randomPassword:RandomPassword";
const profile = "keycloak-identity:index:Profile";
const external = (ids: Readonly<Record<string, string>> | undefined) => ({
  external: Promise.resolve(ids && new Map(Object.entries(ids))),
});

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
  const all = await place({ from: external({ dora: "2" }) });
  expect(all.filter(({ parent }) => parent === "people")).toEqual([]);
});

test("what somebody is granted alone is placed, and leaves the realm's default roles", async () => {
  const people = [{ ...dora, roles: ["read:PAY"] }];
  const expected = { realmId: "realm-id", roleIds: ["role-1"], exhaustive: false };
  expect(only(await place({ people }), userRoles, "dora").inputs).toEqual({ ...expected, userId: "dora-id" });

  const found = await place({ people, from: external({ dora: "2" }) });
  expect(found.filter(({ parent }) => parent === "people")).toEqual([only(found, userRoles, "dora")]);
  expect(only(found, userRoles, "dora").inputs).toEqual({ ...expected, userId: "2" });
});

test("who comes from elsewhere and could not be looked up is not known, and nobody else stands in for them", async () => {
  const people = [{ ...dora, roles: ["read:PAY"] }];
  const all = await place({ people, from: external(undefined) });
  expect(only(all, userRoles, "dora").inputs.userId).toBeUndefined();
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

test("the account is created and never changed; what changes is the profile's", async () => {
  const all = await place();
  const everything = [
    "attributes", "email", "emailVerified", "enabled", "federatedIdentities", "firstName", "import",
    "initialPassword", "lastName", "requiredActions", "username",
  ]; // prettier-ignore
  expect(only(all, user, "dora").ignored).toEqual(everything);
  // Another realm is another account.
  const given = Object.keys(only(all, user, "dora").inputs).filter((key) => !everything.includes(key));
  expect(given).toEqual(["realmId"]);
  expect(only(all, profile, "dora")).toMatchObject({ parent: "people", deletedWith: "realm" });
  expect(only(all, profile, "dora").ignored).toBeUndefined();
  expect(only(all, profile, "dora").inputs).toEqual({
    realm: "realm-id",
    userId: "dora-id",
    username: "dora",
    email: "dora@acme.example",
    firstName: "Dora",
    lastName: "Lind",
    emailVerified: true,
  });
});

test("a single name has no family name beside it", async () => {
  const { inputs } = only(await place({ people: [{ ...dora, name: "Plato" }] }), profile, "dora");
  expect(inputs).toMatchObject({ firstName: "Plato", lastName: "" });
});

test("who was called otherwise keeps account, password, rights and profile", async () => {
  const all = await place({ people: [{ ...dora, previously: "dlind", roles: ["read:PAY"] }] });
  const own = all.filter(({ parent }) => parent === "people").map(({ type, aliases }) => [type, aliases]);
  const of = (type: string, name: string) => [
    type,
    [`urn:pulumi:test::bitbucket-keycloak::bitbucket-keycloak:index:People$${type}::${name}`],
  ];
  expect(own).toEqual([
    of(profile, "dlind"),
    of(user, "dlind"),
    of(userRoles, "dlind"),
    of(password, "dlind-first-password"),
  ]);
});

test("those of a list by name are known by the names of today and of before, as far as they are known", async () => {
  const found: pulumi.Output<string[]>[] = [];
  await placed(() => {
    const realm = testRealm();
    const people = [{ ...dora, previously: "dlind" }];
    const names = ["dlind", "dora", "gone"];
    found.push(declare(realm, { people }).idsOf(names));
  });
  await placed(() => {
    found.push(declare(testRealm(), { from: external({ dora: "2" }) }).idsOf(["dora", "gone"]));
  });
  expect(await Promise.all(found.map(valueOf))).toEqual([["dora-id", "dora-id"], ["2"]]);
});

test("an address that was somebody else's is written once they have given it up", async () => {
  const people = [
    { ...dora, previously: "dlind" },
    { ...dora, username: "emil", email: "emil@acme.example" },
  ];
  const addressesBefore = new Map([
    ["dora@acme.example", ["goran", "goran-petrov"]],
    ["emil@acme.example", ["emil"]],
  ]);
  const all = await place({ people, addressesBefore });
  expect(only(all, profile, "dora").inputs).toMatchObject({
    email: "dora@acme.example",
    emailFrom: ["goran", "goran-petrov"],
  });
  // Keycloak refuses a new account with an address that somebody still has.
  expect(only(all, user, "dora").inputs).not.toHaveProperty("email");
  expect(only(all, profile, "emil").inputs).not.toHaveProperty("emailFrom");
  expect(only(all, user, "emil").inputs.email).toBe("emil@acme.example");
  const own = await place({
    people: [people[0]!],
    addressesBefore: new Map([["dora@acme.example", ["dlind", "dora"]]]),
  });
  expect(only(own, profile, "dora").inputs).not.toHaveProperty("emailFrom");
});
