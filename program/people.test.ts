/** Whom the run names and does not find is said before it begins. */
import { fakeKeycloak, type FakeRealm } from "@pulumi/keycloak-identity/testing/keycloak";
import { searchPeople, type Search } from "./people";

const userOf = (username: string) => ({ id: `id-of-${username}`, username });
const range = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`);

interface Asked {
  readonly names: readonly string[];
  readonly from?: "declared" | "external";
  /** Members of the team `engineering`, and of `payments` within it. */
  readonly members?: readonly (readonly string[])[];
  /** People of access.yaml who are granted something alone. */
  readonly alone?: readonly string[];
  readonly absent?: boolean;
}

async function searched(asked: Asked): Promise<Search & { warnings: string[]; requests: number }> {
  const { names, from = "external", members = [], alone = [], absent = false } = asked;
  const realm: FakeRealm = { users: names.map(userOf), absent };
  const fake = await fakeKeycloak(realm);
  const team = { owner: "ana", description: "A team", roles: [] };
  const [engineering = [], payments = []] = members;
  const desired = {
    groups: [
      { ...team, name: "engineering", members: engineering },
      { ...team, name: "payments", parent: "engineering", members: payments },
    ],
    people: ["nobody", ...alone].map((username) => ({
      username,
      name: username,
      email: `${username}@acme.example`,
      roles: alone.includes(username) ? ["read:PAY"] : [],
    })),
  };
  try {
    const warnings: string[] = [];
    const settings = { realm: "acme", people: from };
    const search = await searchPeople(fake.admin, settings, desired, (text) => warnings.push(text));
    return { ...search, warnings, requests: fake.requests().length };
  } finally {
    await fake.close();
  }
}

const missing = (path: string) =>
  `${path}: found nobody of this user name in realm acme; allowed: somebody whom its directory has (keycloak.people: external); correct the name in access.yaml, or bring them into the directory first`;
/** `b` stands behind a page of those whose names contain it. */
const large = [...range("ab", 150), "b", ...range("u", 2_000), "u", "dora"];

test.each<[string, Asked, readonly string[]]>([
  ["nobody", { names: ["dora"] }, []],
  ["members, behind whomever they stand", { names: large, members: [["u", "b"], ["b"]] }, ["u", "b"]],
  ["who is granted something alone", { names: large, alone: ["b"] }, ["b"]],
  ["members of a small realm", { names: ["ana", "dora"], members: [["dora"], []] }, ["dora"]],
])("by their ids are found: %s", async (_, asked, names) => {
  const { found, problems } = await searched(asked);
  expect([names.map((name) => found?.get(name)), problems]).toEqual([
    names.map((name) => `id-of-${name}`),
    [],
  ]);
});

test("who is not there is named, as a member and alone", async () => {
  const asked = { names: ["dora", "emily"], members: [["dora", "emil"]], alone: ["em", "dora"] };
  expect((await searched(asked)).problems).toEqual([
    missing("team engineering: member emil"),
    missing("person em"),
  ]);
});

test("nobody is missed where there is no realm yet: a run may make that alone, and is warned", async () => {
  const { found, problems, warnings } = await searched({ names: [], absent: true, members: [["u"]] });
  expect([found, problems, warnings]).toEqual([
    undefined,
    [],
    [
      "realm acme: found no such realm, and people who come from elsewhere (keycloak.people: external); allowed: people who are there; make the realm alone first (--target '**Realm**'), connect its directory, then bring up the rest",
    ],
  ]);
  expect((await searched({ names: [], absent: true })).warnings).toEqual([]);
});

test("a directory is read whole where that takes fewer requests, and not for a few names", async () => {
  // The realm, how many there are, and each.
  expect((await searched({ names: large, members: [["u", "u1", "dora"], ["u"]] })).requests).toBe(2 + 3);
  const many = await searched({ names: large, members: [range("u", 500)] });
  expect(many.problems).toEqual([]);
  // Pages overlap by one, and the last has nobody new.
  expect(many.requests).toBe(2 + 23);
  expect((await searched({ names: ["ana"], from: "declared", members: [["ana"]] })).requests).toBe(0);
});
