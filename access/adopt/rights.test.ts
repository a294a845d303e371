/** The proof that nobody gains and nobody loses: against the emulator's own rules, and against changes of a file. */
import { startBoth } from "../../test/grown/both";
import { randomSize, sizes, type GrownSize } from "../../test/grown/size";
import { grownWorld } from "../../test/grown/world";
import { lookAt } from "../../clients/look/found";
import { Records } from "../../clients/look/records";
import { companyText, modelOf } from "../testing/company";
import type { Model } from "../model";
import type { Found } from "./found";
import { compareRights } from "./rights";

const asOf = new Date("2026-06-15T12:00:00Z");
const nobody: Model = {
  ...modelOf(companyText),
  people: [],
  teams: [],
  agents: [],
  projects: [],
  repositories: [],
  grants: [],
};

const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "4").split(" ").map(Number);
const worlds: readonly (readonly [string, GrownSize, number])[] = [
  ["small", sizes.small, 1],
  ...seeds.map((seed) => [`by chance, ${seed}`, randomSize(seed), seed] as const),
  ...(isExhaustive ? [["large", sizes.large, 1] as const] : []),
];

test.each(worlds)(
  "where nothing is declared, everybody can do what Bitbucket says that they can: %s",
  async (_, size, seed) => {
    const both = await startBoth(grownWorld(size, seed));
    try {
      const { found } = await lookAt(Records.open(both.folder(), both.subject), both.env);
      const rights = found.workspace.repositories.reduce(
        (sum, { effective = [] }) => sum + effective.length,
        0,
      );
      expect(compareRights(nobody, found, asOf)).toEqual({
        differences: [],
        compared: rights,
        people: new Set(
          found.workspace.repositories.flatMap(({ effective = [] }) => effective.map(({ user }) => user)),
        ).size,
        unread: [],
      });
      expect(rights).toBeGreaterThan(size.repositories);
      if (isExhaustive) console.log({ size, rights });
    } finally {
      await both.close();
    }
  },
  600_000,
);

const uuid = (last: string) => `{00000000-0000-0000-0000-0000000000${last}}`;
const [ana, ben, cem, bot] = [uuid("0a"), uuid("0b"), uuid("0c"), uuid("b0")];
const member = (account: string, name: string) => ({
  ...{ uuid: account, name, email: `${name.toLowerCase()}@small.example` },
  membership: "member" as const,
});
const writers = [ana, ben, cem].map((user) => ({ user, permission: "write" as const }));
const user = (username: string, enabled = true) => ({
  ...{ id: username, username, email: `${username}@small.example`, emailVerified: true, enabled },
  ...{ fromDirectory: false, mappings: [] },
});
const repository = (slug: string, project: string, effective?: typeof writers) => ({
  ...{ uuid: uuid("99"), slug, project, holders: [], restrictions: [], environments: [] },
  ...(effective && { effective }),
});

/** What Bitbucket says where the small company is in place. */
const asDeclared: Found = {
  at: asOf.toISOString(),
  unread: [],
  workspace: {
    ...{ slug: "small", uuid: uuid("ff"), name: "Small" },
    groups: [
      { slug: "leads", name: "leads", members: [ana] },
      { slug: "hands", name: "hands", members: [ben, cem] },
    ],
    accounts: [member(ana, "Ana"), member(ben, "Ben"), member(cem, "Cem"), member(bot, "Bot")],
    projects: [
      { uuid: uuid("01"), key: "ONE", name: "First", holders: [] },
      { uuid: uuid("02"), key: "TWO", name: "Second", holders: [{ group: "hands", permission: "admin" }] },
    ],
    repositories: [
      repository("api", "ONE", writers),
      repository("web", "ONE", writers),
      repository("docs", "TWO", []),
    ],
  },
  realm: {
    ...{
      realm: "small",
      id: "small",
      users: [user("ana"), user("ben"), user("cem")],
      groups: [],
      clients: [],
      roles: [],
    },
    ...{ identityProviders: [], directories: [], hasMailServer: false },
  },
};
const withRepositories = (
  repositories: Found["workspace"]["repositories"],
  more: Partial<Found["workspace"]> = {},
): Found => ({
  ...asDeclared,
  workspace: { ...asDeclared.workspace, ...more, repositories },
});
const differences = (text: string, found: Found) =>
  compareRights(modelOf(text), found, asOf).differences.map(
    ({ name, target, now = "none", then = "none" }) => `${name} on ${target}: ${now} -> ${then}`,
  );

test("where the file says what there is, nobody gains and nobody loses, of so many rights", () => {
  expect(compareRights(modelOf(companyText), asDeclared, asOf)).toEqual({
    differences: [],
    compared: 6,
    people: 3,
    unread: [],
  });
});

test("each right that is another one by the file is named, with whose it is: given, taken, more, less", () => {
  const [api, web, docs] = asDeclared.workspace.repositories;
  const found = withRepositories([
    {
      ...api!,
      effective: [
        { user: ana, permission: "admin" },
        { user: ben, permission: "read" },
        { user: bot, permission: "read" },
      ],
    },
    web!,
    docs!,
  ]);
  expect(differences(companyText, found)).toEqual([
    "Ana on ONE/api: admin -> write",
    "Ben on ONE/api: read -> write",
    "Bot on ONE/api: read -> none",
    "Cem on ONE/api: none -> write",
  ]);
});

test("a grant to an agent or a person counts by their account; one that is over counts no more", () => {
  const grant = (line: string) => `${companyText}  - { ${line}, on: TWO, reason: r }\n`;
  expect(differences(grant("agent: bot, can: [read], until: 2026-09-01"), asDeclared)).toEqual([
    "Bot on TWO/docs: none -> read",
  ]);
  expect(differences(grant("person: cem, can: [administer], until: 2026-09-01"), asDeclared)).toEqual([
    "Cem on TWO/docs: none -> admin",
  ]);
  expect(differences(grant("person: cem, can: [administer], until: 2026-06-01"), asDeclared)).toEqual([]);
});

test("somebody disabled is in no group, and somebody who is no member has nothing", () => {
  const { realm, workspace } = asDeclared;
  const disabled = {
    ...asDeclared,
    realm: { ...realm, users: [user("ana"), user("ben", false), user("cem")] },
  };
  expect(differences(companyText, disabled)).toEqual([
    "Ben on ONE/api: write -> none",
    "Ben on ONE/web: write -> none",
  ]);
  const left = { uuid: cem, name: "Cem", email: "cem@small.example" };
  const gone = {
    ...asDeclared,
    workspace: { ...workspace, accounts: [member(ana, "Ana"), member(ben, "Ben"), left] },
  };
  expect(differences(companyText, gone)).toEqual([
    "Cem on ONE/api: write -> none",
    "Cem on ONE/web: write -> none",
  ]);
});

test("an address that the realm has not verified is nobody's", () => {
  const { realm } = asDeclared;
  const users = [user("ana"), { ...user("ben"), emailVerified: false }, user("cem")];
  expect(differences(companyText, { ...asDeclared, realm: { ...realm, users } })).toEqual([
    "Ben on ONE/api: write -> none",
    "Ben on ONE/web: write -> none",
  ]);
});

test("a team whose members Keycloak keeps has those of its group there, at its place among the groups", () => {
  const external = companyText.replace("hands: { owner: ana, members: [ben, cem] }", "hands: { owner: ana }");
  const group = (path: string, members: readonly string[]) => ({
    ...{ id: path, name: "hands", path, attributes: {}, members, mappings: [] },
  });
  const inRealm = (...groups: readonly ReturnType<typeof group>[]) => ({
    ...asDeclared,
    realm: { ...asDeclared.realm, groups },
  });
  expect(differences(external, inRealm(group("/makers/hands", ["ben", "cem"])))).toEqual([]);
  expect(
    differences(external, inRealm(group("/hands", ["ben", "cem"]), group("/makers/hands", ["cem"]))),
  ).toEqual(["Ben on ONE/api: write -> none", "Ben on ONE/web: write -> none"]);
});

test("observed members are those that are found; observed permissions are those that are found, with the groups as they will be", () => {
  const observedTeam = companyText.replace(
    "hands: { owner: ana, members: [ben, cem] }",
    "hands: { owner: ana, observed: [members] }",
  );
  expect(differences(observedTeam, asDeclared)).toEqual([]);
  const observed = companyText.replace("name: Second", "name: Second\n    observed: [permissions]");
  expect(differences(observed, asDeclared)).toEqual([
    "Ben on TWO/docs: none -> admin",
    "Cem on TWO/docs: none -> admin",
  ]);
  const fewer = observed.replace("members: [ben, cem]", "members: [cem]");
  expect(differences(fewer, asDeclared)).toEqual([
    "Ben on ONE/api: write -> none",
    "Ben on ONE/web: write -> none",
    "Cem on TWO/docs: none -> admin",
  ]);
});

test("what was not read is compared with nothing, and named", () => {
  const [, web, docs] = asDeclared.workspace.repositories;
  const unasked = repository("api", "ONE");
  const unlisted = { ...repository("lost", "ONE", []), unread: ["holders" as const] };
  const found = withRepositories([unasked, web!, docs!, unlisted]);
  expect(compareRights(modelOf(companyText), found, asOf)).toMatchObject({
    differences: [],
    unread: ["ONE/api", "ONE/lost"],
  });
});

test("a repository that the file does not name has its project's grants, and what is held on it itself", () => {
  const held = {
    ...repository("lost", "ONE", writers),
    holders: [{ user: bot, permission: "read" as const }],
  };
  const found = withRepositories([...asDeclared.workspace.repositories, held]);
  expect(differences(companyText, found)).toEqual(["Bot on ONE/lost: none -> read"]);
});
