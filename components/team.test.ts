import { namesOf, only, placed, refusal } from "./testing/placed";
import { firstRun, testRealm, testRights } from "./testing/realm";
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
const nobody = { accounts: new Map() };
const rights = testRights("read:PAY");

/** Engineering, and payments within it. */
const place = (more: Partial<Pick<TeamArgs, "workspace" | "people">> = { workspace: "acme" }) =>
  placed(() => {
    const common = { realm: testRealm(), rights, people: nobody, ...more };
    const within = new Team("engineering", { ...common, team: engineering });
    new Team("payments", { ...common, team: payments, within });
  }).then((all) => all.filter(({ parent }) => parent === "engineering" || parent === "payments"));

const group = "keycloak:index/group:Group";
const roles = "keycloak:index/groupRoles:GroupRoles";
const memberships = "keycloak:index/groupMemberships:GroupMemberships";
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

test("a team that moves keeps its URNs: they say nothing of the team that it is within", async () => {
  const at = (team: TeamArgs["team"]) =>
    placed(() => new Team("payments", { realm: testRealm(), rights, people: nobody, team }));
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

test("declared members are placed once their accounts are; a team without members is Keycloak's own business", async () => {
  const all = await placed(() => {
    const realm = testRealm();
    const person = (username: string) => ({ username, name: username, email: `${username}@acme.example` });
    const declared = ["dora", "emil"].map((username) => ({ ...person(username), roles: [] }));
    const people = new People("people", {
      realm,
      rights,
      people: declared,
      from: "declared",
      context: firstRun,
    });
    const within = new Team("engineering", { realm, rights, people, team: engineering });
    new Team("payments", { realm, rights, people, team: payments, within });
  });
  expect(namesOf(all, memberships)).toEqual(["payments"]);
  const { inputs, dependencies, deletedWith } = only(all, memberships, "payments");
  expect(deletedWith).toBe("payments");
  expect(inputs).toEqual({ realmId: "realm-id", groupId: "payments-id", members: ["dora"] });
  expect(dependencies).toContain("dora");
  expect(dependencies).not.toContain("emil");
});

test("a group of Bitbucket goes by its slug, and one of before stands beside it", async () => {
  const slugs = async (team: TeamArgs["team"], formerGroups: readonly string[] = []) => {
    const args = { realm: testRealm(), rights, people: nobody, workspace: "acme" };
    const all = await placed(() => new Team(team.name, { ...args, team, formerGroups }));
    return all
      .filter(({ type }) => type === bitbucketGroup)
      .map(({ urn, inputs }) => [urn.split("::").at(-1), inputs.name]);
  };
  const top = { ...engineering, members: [] };
  expect(await slugs(top)).toEqual([["engineering", "engineering"]]);
  expect(await slugs({ ...top, group: "devs" })).toEqual([["devs", "devs"]]);
  expect(await slugs({ ...top, name: "makers", previously: "engineering" }, ["engineering"])).toEqual([
    ["makers", "makers"],
    ["engineering", "engineering"],
  ]);
});

test("only the governing stack places groups in Bitbucket, and never their members", async () => {
  const governing = await place();
  expect(only(governing, bitbucketGroup, "payments").inputs).toEqual({
    workspace: "acme",
    name: "payments",
  });
  expect(namesOf(governing, bitbucketGroup)).toEqual(["engineering", "payments"]);
  expect(governing).toHaveLength(7);

  const other = await place({});
  expect(other.filter(({ type }) => type.startsWith("bitbucket:"))).toEqual([]);
});

test("a team that is declared empty is kept empty: whoever is added by hand is seen", async () => {
  const team = { name: "guests", owner: "ben", description: "", members: [], roles: [] };
  const all = await placed(() => new Team("guests", { realm: testRealm(), rights, people: nobody, team }));
  expect(only(all, memberships, "guests").inputs).toEqual({
    realmId: "realm-id",
    groupId: "guests-id",
    members: [],
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
    new Team(team.name, { realm, rights, people: nobody, team });
  expect(await refusal(testRealm, refused)).toBe(message);
});
