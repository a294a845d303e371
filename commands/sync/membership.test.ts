import fc from "fast-check";
import { membershipOf, removalProblem, type RealmPerson } from "./membership";

const person = (username: string, more: Partial<RealmPerson> = {}): RealmPerson => ({
  id: username,
  username,
  email: `${username}@acme.example`,
  emailVerified: true,
  enabled: true,
  ...more,
});
const group = (...accounts: string[]) => new Map(accounts.map((account) => [account, `named ${account}`]));
const uuidOf = ({ username, emailVerified }: RealmPerson) => (emailVerified ? `{${username}}` : undefined);
const accountOf = (one: RealmPerson) => ({ account: uuidOf(one) });

test("who is missing is added, who is no longer in the team is removed, who stays is left alone", () => {
  const { changes, unmatched } = membershipOf(
    new Map([["payments", [person("dora"), person("emil")]]]),
    accountOf,
    new Map([["payments", group("{emil}", "{zoe}")]]),
  );
  expect(changes).toEqual([
    {
      group: "payments",
      add: [{ account: "{dora}", username: "dora", why: "is in the team payments in Keycloak" }],
      remove: [{ account: "{zoe}", name: "named {zoe}", why: "matches nobody in a team of the realm" }],
    },
  ]);
  expect(unmatched).toEqual([]);
});

test("a disabled person loses the membership", () => {
  const { changes } = membershipOf(
    new Map([["payments", [person("dora", { enabled: false })]]]),
    accountOf,
    new Map([["payments", group("{dora}")]]),
  );
  expect(changes).toEqual([
    {
      group: "payments",
      add: [],
      remove: [{ account: "{dora}", username: "dora", name: "named {dora}", why: "is disabled in Keycloak" }],
    },
  ]);
});

test("who cannot be matched is named once, with every team and the reason", () => {
  const dora = person("dora", { emailVerified: false });
  const { changes, unmatched } = membershipOf(
    new Map([
      ["payments", [dora]],
      ["support", [dora]],
    ]),
    accountOf,
    new Map(),
  );
  expect(changes).toEqual([]);
  expect(unmatched).toEqual([
    {
      username: "dora",
      teams: ["payments", "support"],
      reason: "the e-mail address dora@acme.example is not verified in Keycloak",
    },
  ]);
});

test("while somebody of a team is unmatched, nobody is taken out of its group: it may be them", () => {
  const dora = person("dora", { emailVerified: false });
  const { changes, unmatched } = membershipOf(
    new Map([["payments", [dora, person("emil")]]]),
    accountOf,
    new Map([["payments", group("{dora}")]]),
  );
  expect(changes).toEqual([
    {
      group: "payments",
      add: [{ account: "{emil}", username: "emil", why: "is in the team payments in Keycloak" }],
      remove: [],
    },
  ]);
  expect(unmatched.map(({ username }) => username)).toEqual(["dora"]);
});

test.each([
  [4, 4, /^found 4 memberships to remove, 100 % of all; at most 25 % go at once; nothing was changed/],
  [4, 16, undefined],
  [3, 3, undefined],
])("%i of %i memberships gone at once", (gone, all, refused) => {
  const names = Array.from({ length: all }, (_, index) => `p${index}`);
  const membership = membershipOf(
    new Map([["team", names.slice(gone).map((name) => person(name))]]),
    accountOf,
    new Map([["team", group(...names.map((name) => `{${name}}`))]]),
  );
  const problem = removalProblem(membership, 0.25);
  if (refused === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(refused);
});

test("groups end up with the enabled, matched people, and with nobody else where all are matched", () => {
  const names = fc.constantFrom("ana", "ben", "chen", "dora");
  const people = fc.uniqueArray(
    fc.record({ username: names, enabled: fc.boolean(), emailVerified: fc.boolean() }),
    { selector: ({ username }) => username },
  );
  fc.assert(
    fc.property(people, fc.uniqueArray(names), (team, before) => {
      const realm = team.map(({ username, ...more }) => person(username, more));
      const there = new Set(before.map((name) => `{${name}}`));
      const { changes } = membershipOf(
        new Map([["team", realm]]),
        accountOf,
        new Map([["team", group(...there)]]),
      );
      const after = new Set(there);
      for (const { add, remove } of changes) {
        add.forEach(({ account }) => after.add(account));
        remove.forEach(({ account }) => after.delete(account));
      }
      const expected = realm.filter((one) => one.enabled && one.emailVerified).map(uuidOf);
      if (realm.every((one) => one.emailVerified || !one.enabled))
        expect([...after].sort()).toEqual(expected.sort());
      else {
        // A stranger may be whoever is unmatched; who is known, and disabled, goes all the same.
        const known = realm.filter((one) => one.emailVerified && !one.enabled).map(uuidOf);
        const stay = [...there].filter((account) => !known.includes(account));
        expect([...after].sort()).toEqual([...new Set([...expected, ...stay])].sort());
      }
    }),
  );
});
