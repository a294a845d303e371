import { changed, modelOf, problemsOf } from "../testing/company";

const hands = "hands: { owner: ana, members: [ben, cem] }";
const cem = 'cem: { name: Cem, email: cem@small.example, account: "{00000000-0000-0000-0000-00000000000c}" }';
const guests = "guests: { owner: ben, members: [] }";
const team = (...lines: string[]) =>
  ["  guests:", `${lines.map((one) => `  ${one}\n`).join("")}  guests:`] as const;

test.each<[string, readonly (readonly [string, string])[], string[]]>([
  ["a name that nobody has any more", [[hands, hands.replace("{", "{ previously: makers-of-old,")]], []],
  [
    "the name of another team",
    [[hands, hands.replace("{", "{ previously: guests,")]],
    [
      '15:28  teams.makers.teams.hands.previously: found "guests", and there is a team called so (see line 16); allowed: a name that is no longer in the file; take guests out, or leave "previously" out [former-names]',
    ],
  ],
  [
    "its own name",
    [[hands, hands.replace("{", "{ previously: hands,")]],
    [
      '15:28  teams.makers.teams.hands.previously: found "hands", which is its name; allowed: another name; leave it out [former-names]',
    ],
  ],
  [
    "two of one",
    [
      [hands, hands.replace("{", "{ previously: old,")],
      [guests, guests.replace("{", "{ previously: old,")],
    ],
    [
      '16:25  teams.guests.previously: found "old" a second time (see line 15); allowed: one team that was called so; leave one of them out: that one is new [former-names]',
    ],
  ],
  ["a chain", [team("c: { owner: ana, previously: b }", "b: { owner: ana, previously: a }")], []],
  [
    "a swap",
    [team("c: { owner: ana, previously: b }", "b: { owner: ana, previously: c }")],
    [
      "16:32  teams.c.previously: found names that change in a circle: c, b, c; allowed: names that are free by then; make two deploys of it: rename one of them to a name that nobody has first [former-names]",
      "17:32  teams.b.previously: found names that change in a circle: b, c, b; allowed: names that are free by then; make two deploys of it: rename one of them to a name that nobody has first [former-names]",
    ],
  ],
  [
    "a circle with something that hangs on it",
    [
      team(
        "c: { owner: ana, previously: b }",
        "b: { owner: ana, previously: a }",
        "a: { owner: ana, previously: b2 }",
        "b2: { owner: ana, previously: a2 }",
        "a2: { owner: ana, previously: b2 }",
      ),
    ],
    [
      "19:33  teams.b2.previously: found names that change in a circle: b2, a2, b2",
      '20:33  teams.a2.previously: found "b2" a second time (see line 18)',
      "20:33  teams.a2.previously: found names that change in a circle: a2, b2, a2",
    ],
  ],
  [
    "a person who still is there, and what is no user name",
    [
      ["ben: { name: Ben,", "ben: { previously: cem, name: Ben,"],
      [cem, cem.replace("{ name", "{ previously: Cem Y, name")],
    ],
    ['9:22  people.cem.previously: found "Cem Y"; allowed: lower-case letters'],
  ],
  [
    "a group that another team has by its name, by its group, or that Bitbucket keeps",
    [
      team(
        "one: { owner: ana, group: leads }",
        "two: { owner: ana, group: x }",
        "three: { owner: ana, group: x }",
      ),
      [guests, guests.replace("{", "{ group: administrators,")],
    ],
    [
      '16:29  teams.one.group: found the group "leads" of team leads',
      '18:31  teams.three.group: found the group "x" of team two',
      '19:20  teams.guests.group: found the group "administrators", which Bitbucket keeps for itself',
    ],
  ],
  [
    "a group that Bitbucket would write otherwise, and one without quotes that YAML takes for a number",
    [
      [guests, guests.replace("{", "{ group: Old/Guests,")],
      [hands, hands.replace("{", "{ group: 1234,")],
    ],
    [
      "15:23  teams.makers.teams.hands.group: found 1234 without quotes",
      '16:20  teams.guests.group: found "Old/Guests"; allowed: the name or slug of a group',
    ],
  ],
])("%s", (_, changes, expected) => {
  const found = problemsOf(changed(...changes));
  expect(found.map((line, index) => line.slice(0, expected[index]?.length ?? 0))).toEqual(expected);
});

test("what the file says stands in the model, and a name alone is a group", () => {
  const { teams, people } = modelOf(
    changed(
      [hands, hands.replace("{", "{ previously: fingers, group: fingers,")],
      ["ben: { name", "ben: { previously: benny, name"],
    ),
  );
  expect(teams.find(({ name }) => name === "hands")).toMatchObject({
    previously: "fingers",
    group: "fingers",
  });
  expect(people.find(({ username }) => username === "ben")).toMatchObject({ previously: "benny" });
  expect(teams.find(({ name }) => name === "guests")).not.toHaveProperty("group");
});
