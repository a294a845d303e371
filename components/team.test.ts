import * as pulumi from "@pulumi/pulumi";
import { namesOf, only, placed, refusal } from "./testing/placed";
import { firstRun, runAfter, testRealm, testRights } from "./testing/realm";
import { People } from "./people";
import { Team, type TeamArgs } from "./team";

const engineering = { name: "engineering", owner: "ana", description: "Everybody", roles: ["read:PAY"] };
const payments = {
  name: "payments",
  owner: "chen",
  description: "",
  parent: "engineering",
  members: ["dora"],
  roles: [],
};
const nobody = {
  idOf: (_: string, username: string) => pulumi.output(`id of ${username}`),
  idsOf: (usernames: readonly string[]) => pulumi.output(usernames.map((username) => `id of ${username}`)),
};
const rights = testRights("read:PAY");

/** Engineering, and payments within it. */
const place = (more: Partial<Pick<TeamArgs, "workspace" | "people" | "context">> = { workspace: "acme" }) =>
  placed(() => {
    const common = { realm: testRealm(), rights, people: nobody, context: firstRun, ...more };
    const within = new Team("engineering", { ...common, team: engineering });
    new Team("payments", { ...common, team: payments, within });
  }).then((all) => all.filter(({ parent }) => parent === "engineering" || parent === "payments"));

const group = "keycloak:index/group:Group";
const roles = "keycloak:index/groupRoles:GroupRoles";
const memberships = "keycloak:index/groupMemberships:GroupMemberships";
const members = "keycloak-identity:index:Members";
const parent = "keycloak-identity:index:GroupParent";
const bitbucketGroup = "bitbucket:index:Group";

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

test("a group is made where it belongs, and moved by another resource, after everything that it will be within", async () => {
  const all = await place({});
  for (const name of ["engineering", "payments"])
    expect(only(all, group, name)).toMatchObject({ ignored: ["parentId"], deletedWith: "realm" });
  expect(only(all, parent, "engineering").inputs).toEqual({ realm: "realm-id", groupId: "engineering-id" });
  expect(only(all, parent, "payments").inputs).toEqual({
    realm: "realm-id",
    groupId: "payments-id",
    parentId: "engineering-id",
  });
  const waitsFor = (type: string) => only(all, type, "payments").dependencies;
  // Of one name are the group, its placement, and that of the team above.
  expect(waitsFor(parent).filter((name) => name === "engineering")).toHaveLength(2);
  expect(waitsFor(group).filter((name) => name === "engineering")).toHaveLength(2);
  // Who is in it, and what it may do, wait for nothing but itself.
  for (const type of [roles, members]) expect(waitsFor(type)).not.toContain("engineering");
});

test("a group that was there before keeps what else it has", async () => {
  const { lastState } = firstRun;
  const isAdopted = (type: string, name: string) => type === group && name === "engineering";
  const all = await place({ context: { ...firstRun, lastState: { ...lastState, isAdopted } } });
  expect(only(all, group, "engineering")).toMatchObject({ ignored: ["parentId", "attributes"] });
  expect(only(all, roles, "engineering").inputs.exhaustive).toBe(false);
  expect(only(all, group, "payments")).toMatchObject({ ignored: ["parentId"] });
  expect(only(all, roles, "payments").inputs.exhaustive).toBe(true);
});

test("a team that was called otherwise keeps its group, and all that it has in Keycloak", async () => {
  const team = { ...engineering, name: "payments", members: ["dora"], previously: "billing" };
  const all = await placed(
    () =>
      new Team("payments", {
        ...{ realm: testRealm(), rights, people: nobody, context: firstRun, team },
        workspace: "acme",
      }),
  );
  const own = all.filter((one) => one.parent === "payments").map(({ type, aliases }) => [type, aliases]);
  const of = (type: string) => [
    type,
    [`urn:pulumi:test::bitbucket-keycloak::bitbucket-keycloak:index:Team$${type}::billing`],
  ];
  // A group of Bitbucket cannot be renamed.
  expect(own).toEqual([[bitbucketGroup, []], of(parent), of(members), of(group), of(roles)]);
});

test("a team that moves keeps its URNs: they say nothing of the team that it is within", async () => {
  const at = (team: TeamArgs["team"]) =>
    placed(
      () => new Team("payments", { realm: testRealm(), rights, people: nobody, context: firstRun, team }),
    );
  const atTheTop = { ...engineering, name: "payments", members: [] };
  const urns = (all: Awaited<ReturnType<typeof place>>) =>
    all.filter(({ parent }) => parent === "payments").map(({ urn }) => urn);
  expect(urns(await place({}))).toEqual(urns(await at(atTheTop)));
});

test("each group owns all its roles, also when it has none", async () => {
  const all = await place();
  expect(only(all, roles, "engineering").inputs).toMatchObject({ roleIds: ["role-1"], exhaustive: true });
  expect(only(all, roles, "payments").inputs).toMatchObject({ roleIds: [], exhaustive: true });
});

test("declared members are placed by the ids of their accounts; a team without members is Keycloak's own business", async () => {
  const all = await placed(() => {
    const realm = testRealm();
    const person = (username: string) => ({ username, name: username, email: `${username}@acme.example` });
    const declared = ["dora", "emil"].map((username) => ({ ...person(username), roles: [] }));
    const people = new People("people", { realm, rights, people: declared, from: "declared" });
    const common = { realm, rights, people, context: firstRun };
    const within = new Team("engineering", { ...common, team: engineering });
    new Team("payments", { ...common, team: payments, within });
  });
  expect([namesOf(all, members), namesOf(all, memberships)]).toEqual([["payments"], []]);
  const { inputs, dependencies, deletedWith } = only(all, members, "payments");
  expect(deletedWith).toBe("payments");
  expect(inputs).toEqual({ realm: "realm-id", groupId: "payments-id", userIds: ["dora-id"] });
  expect(dependencies).toContain("dora");
  expect(dependencies).not.toContain("emil");
});

test("a group of Bitbucket goes by its slug, and one of before stands beside it", async () => {
  const slugs = async (team: TeamArgs["team"], formerGroups: readonly string[] = []) => {
    const all = await placed(() => {
      const args = { realm: testRealm(), rights, people: nobody, workspace: "acme", context: firstRun };
      return new Team(team.name, { ...args, team, formerGroups });
    });
    return all
      .filter(({ type }) => type === bitbucketGroup)
      .map(({ urn, inputs }) => [urn.split("::").at(-1), inputs.name])
      .sort();
  };
  const top = { ...engineering, members: [] };
  expect(await slugs(top)).toEqual([["engineering", "engineering"]]);
  expect(await slugs({ ...top, group: "devs" })).toEqual([["devs", "devs"]]);
  expect(await slugs({ ...top, group: "Mobile Devs" })).toEqual([["mobile-devs", "Mobile Devs"]]);
  expect(await slugs({ ...top, name: "makers", previously: "engineering" }, ["engineering"])).toEqual([
    ["engineering", "engineering"],
    ["makers", "makers"],
  ]);
});

describe("a state that has the list of members by name", () => {
  const before = (more: Record<string, object> = {}) =>
    runAfter({ [`${memberships} payments`]: {}, ...more });

  test("keeps that as it is while the list by ids is made", async () => {
    const all = await place({ context: before() });
    expect(namesOf(all, memberships)).toEqual(["payments"]);
    expect(only(all, memberships, "payments")).toMatchObject({
      inputs: { realmId: "realm-id", groupId: "payments-id", members: [] },
      ignored: ["members"],
      retained: true,
    });
    const { dependencies, inputs } = only(all, members, "payments");
    expect(dependencies).toContain("payments");
    expect(inputs).toEqual({
      realm: "realm-id",
      groupId: "payments-id",
      userIds: ["id of dora"],
      takenOver: [],
    });
  });

  test("does not declare it any more once both are there, or where neither is", async () => {
    for (const context of [before({ [`${members} payments`]: {} }), firstRun])
      expect(namesOf(await place({ context }), memberships)).toEqual([]);
  });

  test("is known by the name that the team had", async () => {
    const context = runAfter({ [`${memberships} billing`]: {} });
    const team = { ...engineering, name: "payments", members: ["dora"], previously: "billing" };
    const all = await placed(
      () => new Team("payments", { realm: testRealm(), rights, people: nobody, context, team }),
    );
    expect(only(all, memberships, "payments")).toMatchObject({ retained: true });
    expect(only(all, memberships, "payments").aliases).toHaveLength(1);
  });
});

test("only the governing stack places groups in Bitbucket, and never their members", async () => {
  const governing = await place();
  expect(only(governing, bitbucketGroup, "payments").inputs).toEqual({
    workspace: "acme",
    name: "payments",
  });
  expect(namesOf(governing, bitbucketGroup)).toEqual(["engineering", "payments"]);
  expect(governing).toHaveLength(9);

  const other = await place({});
  expect(other.filter(({ type }) => type.startsWith("bitbucket:"))).toEqual([]);
});

test("a team that is declared empty is kept empty: whoever is added by hand is seen", async () => {
  const team = { name: "guests", owner: "ben", description: "", members: [], roles: [] };
  const all = await placed(
    () => new Team("guests", { realm: testRealm(), rights, people: nobody, context: firstRun, team }),
  );
  expect(only(all, members, "guests").inputs).toEqual({
    realm: "realm-id",
    groupId: "guests-id",
    userIds: [],
  });
});

test.each<[string, TeamArgs["team"], string]>([
  [
    "a team before the one that it is within",
    payments,
    "team payments: within: found nothing; allowed: engineering; give the team that it names as its parent, and declare that one first",
  ],
  [
    "a role that was never declared",
    { ...engineering, roles: ["merge:PAY"] },
    "team engineering: roles: found merge:PAY; allowed: read:PAY; declare it among the roles of the rights, or take it out here",
  ],
])("%s is refused before anything is registered", async (_, team, message) => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new Team(team.name, { realm, rights, people: nobody, context: firstRun, team });
  expect(await refusal(testRealm, refused)).toBe(message);
});
