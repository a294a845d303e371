/** Whom the run would not find is named before it begins. */
import { fakeKeycloak, type FakeRealm } from "@pulumi/keycloak-identity/testing/keycloak";
import { peopleProblems } from "./people";

const userOf = (username: string) => ({ id: `id-of-${username}`, username });
/** `a100b` and so on come before `b`: 100 of them and more hide it from the plugin. */
const before = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `a${100 + index}${name}`);
const extensions = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);

interface Asked {
  readonly names: readonly string[];
  readonly from?: "declared" | "external";
  /** Members of the team `engineering`, and of `payments` within it. */
  readonly members?: readonly (readonly string[])[];
  /** People of access.yaml who are granted something alone. */
  readonly alone?: readonly string[];
  readonly declared?: readonly string[];
  readonly placed?: FakeRealm["members"];
  readonly hasList?: boolean;
  readonly absent?: boolean;
}

async function problemsOf(
  asked: Asked,
): Promise<{ problems: string[]; warnings: string[]; requests: number }> {
  const { names, from = "external", members = [], alone = [], declared = [], absent = false } = asked;
  const groups = [
    { id: "1", name: "engineering" },
    { id: "2", name: "payments", within: "1" },
  ];
  const fake = await fakeKeycloak({ users: names.map(userOf), groups, members: asked.placed ?? {}, absent });
  const team = { owner: "ana", description: "A team", roles: [] };
  const [engineering = [], payments = []] = members;
  const desired = {
    groups: [
      { ...team, name: "engineering", members: engineering },
      { ...team, name: "payments", parent: "engineering", members: payments },
    ],
    people: [...new Set([...alone, ...declared])].map((username) => ({
      username,
      name: username,
      email: `${username}@acme.example`,
      roles: alone.includes(username) ? ["read:PAY"] : [],
    })),
  };
  try {
    const settings = { realm: "acme", people: from };
    const warnings: string[] = [];
    const hasList = () => Promise.resolve(asked.hasList ?? false);
    const problems = await peopleProblems(fake.admin, settings, desired, hasList, (text) => warnings.push(text)); // prettier-ignore
    return { problems, warnings, requests: fake.requests().length };
  } finally {
    await fake.close();
  }
}

const missed = (team: string, name: string) =>
  `team ${team}: member ${name}: found 100 people or more before them whose user names contain "${name}"; allowed: fewer, since the keycloak plugin finds nobody behind them; bring the team up without ${name}, put them into its group in Keycloak, then name them here`;
const absent = (path: string) =>
  `${path}: found nobody of this user name in realm acme; allowed: somebody whom its directory has (keycloak.people: external); correct the name in access.yaml, or bring them into the directory first`;

const large = [...before("b", 150), "b", ...extensions("u", 2_000), "u", "dora"];

test.each<[string, Asked, string[]]>([
  ["nobody is named", { names: [] }, []],
  ["names that others begin with", { names: large, members: [["u", "u1", "u10", "u100", "dora"]] }, []],
  ["a name behind 99", { names: [...before("b", 99), "b"], members: [["b"]] }, []],
  [
    "a name behind 100",
    { names: [...before("b", 100), "b"], members: [[], ["b"]] },
    [missed("payments", "b")],
  ],
  [
    "one of many that is hidden, in two teams",
    { names: large, members: [["u", "b"], ["b"]] },
    [missed("engineering", "b"), missed("payments", "b")],
  ],
  [
    "an underscore, which is any character to the plugin",
    { names: [...extensions("a", 1_000).map((name) => `${name}x-b`), "a_b", "x_b"], members: [["x_b"]] },
    [missed("engineering", "x_b")],
  ],
  [
    "who is in the group already, of a list that the state has",
    { names: large, members: [[], ["b"]], placed: { 2: ["b"] }, hasList: true },
    [],
  ],
  [
    "who is in the group already, of a list that is still to be made",
    { names: large, members: [[], ["b"]], placed: { 2: ["b"] } },
    [missed("payments", "b")],
  ],
  [
    "who is in another group",
    { names: large, members: [[], ["b"]], placed: { 1: ["b"] }, hasList: true },
    [missed("payments", "b")],
  ],
  [
    "who is not there, as a member and alone",
    { names: ["dora", "emily"], members: [["dora", "emil"]], alone: ["em", "dora"] },
    [absent("team engineering: member emil"), absent("person em")],
  ],
  ["who is alone, whatever the plugin finds", { names: large, alone: ["b"] }, []],
  [
    "who is made by the run, behind others that are",
    { names: [], from: "declared", declared: large, members: [["u", "b"]] },
    [missed("engineering", "b")],
  ],
  [
    "who is made by the run, behind others that are there",
    { names: before("b", 150), from: "declared", declared: ["b", "dora"], members: [["dora", "b"]] },
    [missed("engineering", "b")],
  ],
  [
    "who is made by the run, in a realm that it makes, too",
    { names: [], absent: true, from: "declared", declared: large, members: [["u", "b"]] },
    [missed("engineering", "b")],
  ],
  ["who is made by the run alone", { names: [], from: "declared", declared: ["b"], members: [["b"]] }, []],
])("%s", async (_, asked, problems) => {
  expect((await problemsOf(asked)).problems).toEqual(problems);
});

test("nobody is missed where there is no realm yet: a run may make that alone, and is warned", async () => {
  const { problems, warnings } = await problemsOf({ names: [], absent: true, members: [["u"]] });
  expect([problems, warnings]).toEqual([
    [],
    [
      "realm acme: found no such realm, and people who come from elsewhere (keycloak.people: external); allowed: people who are there; make the realm alone first (--target '**Realm**'), connect its directory, then bring up the rest",
    ],
  ]);
  expect((await problemsOf({ names: [], absent: true })).warnings).toEqual([]);
});

test("a large directory is not read whole for a few names", async () => {
  const few = await problemsOf({ names: large, members: [["u", "u1", "dora"]] });
  expect(few).toMatchObject({ problems: [], requests: 6 });
  const many = await problemsOf({ names: large, members: [extensions("u", 500)] });
  // All of them, and the first page once more for each of the 19 that more than a page contains.
  expect(many).toMatchObject({ problems: [], requests: 25 + 19 });
  const small = await problemsOf({ names: ["ana"], from: "declared", declared: ["ana"], members: [["ana"]] });
  expect(small).toMatchObject({ problems: [], requests: 1 });
});
