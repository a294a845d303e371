/** What an off-boarding or a review wrote, and ought not to have written. */
import { parse } from "yaml";
import { companyText, modelOf } from "../access/testing/company";
import { removalOf } from "../commands/offboard/mentions";
import { withoutRemoved } from "../commands/review/change";
import { readSheet, type Decision } from "../commands/review/sheet";
import { csvHead, csvLine, parseCsv } from "../evidence/csv";
import { factsFor } from "../evidence/testing/facts";
import { worksheetText } from "../evidence/worksheet";

const offboarded = (text: string, person: string) => removalOf(new Map([["access.yaml", text]]), person, 2);

test.each([
  {
    says: "a member who is written once and meant twice puts nobody in her place",
    text: companyText.replace("[ben, cem]", "[&c cem, ben]").replace("members: [] }", "members: [ana, *c] }"),
    person: "cem",
    lines: ["      hands: { owner: ana, members: [ben] }", "  guests: { owner: ben, members: [ana] }"],
  },
  {
    says: "an owner whose name is an anchor does not hand on what she owns",
    text: companyText.replace("[ana, ben]", "[&a ana, ben, cem]").replaceAll("owner: ana", "owner: *a"),
    person: "ana",
    lines: ["owners: [ben, cem]", "    owner: ana", "      leads: { owner: ana, members: [] }"],
  },
  {
    says: "members that two teams share are two lists, if one of them has to differ",
    text: companyText.replace("[ben, cem]", "&m [ben, cem]").replace("members: [] }", "members: *m }"),
    person: "cem",
    lines: ["      hands: { owner: ana, members: &m [ben] }", "  guests: { owner: ben, members: *m }"],
  },
])("$says", ({ text, person, lines }) => {
  const before = modelOf(text);
  const after = offboarded(text, person).text;
  for (const line of lines) expect(after.split("\n")).toContain(line);
  const members = (of: typeof before) =>
    of.teams.map((team) => team.members?.filter((one) => one !== person));
  expect(members(modelOf(after))).toEqual(members(before));
  expect(modelOf(after).teams.map(({ owner }) => owner)).toEqual(before.teams.map(({ owner }) => owner));
});

test("an alias counts as a mention, with its own place", () => {
  const text = companyText
    .replace("[ben, cem]", "[&c cem, ben]")
    .replace("members: [] }", "members: [ana, *c] }");
  expect(offboarded(text, "cem").mentions).toMatchObject([
    { line: 15, column: 41, what: "cem is in the members of team hands" },
    { line: 16, column: 40, what: "cem is in the members of team guests" },
    { line: 9, column: 3, what: "cem is among the people" },
  ]);
});

const shared = `company: Small
teams:
  hands: { owner: ana }
grants:
  - { team: hands, can: &ops [trigger, merge], on: ONE/api }
  - { team: guests, can: *ops, on: TWO }
`;
const removing = (who: string, right: string, on: string): Decision[] => [
  { row: "1 of 1", what: "grant", who, right, on, reason: "", by: "ana", remove: true, note: "x" },
];

test.each([
  ["at the anchor", "team hands", "ONE/api", [["merge"], ["trigger", "merge"]]],
  ["at the alias", "team guests", "TWO", [["trigger", "merge"], ["merge"]]],
])("a right goes from the team that it is taken from, and from no other: %s", (_, who, on, expected) => {
  const { text, left } = withoutRemoved(shared, removing(who, "trigger", on));
  expect(left).toEqual([]);
  const { grants } = parse(text) as { grants: { can: string[] }[] };
  expect(grants.map(({ can }) => can)).toEqual(expected);
});

test("all rights of the one with the anchor: the other keeps its own", () => {
  const decisions = ["trigger", "merge"].flatMap((right) => removing("team hands", right, "ONE/api"));
  expect(withoutRemoved(shared, decisions)).toEqual({
    text: shared.replace(/ {2}- \{ team: hands.*\n/, "").replace("*ops", "[trigger, merge]"),
    left: [],
  });
});

test("grants that look alike: as many go as were decided on", () => {
  const grant = "  - { team: hands, can: [read], on: TWO }\n";
  const text = `teams: {}\ngrants:\n${grant}${grant}`;
  const [decision] = removing("team hands", "read", "TWO");
  const both = [
    { ...decision, row: "1 of 2", remove: false },
    { ...decision, row: "2 of 2" },
  ] as Decision[];
  expect(withoutRemoved(text, both)).toEqual({ text: `teams: {}\ngrants:\n${grant}`, left: [] });
  expect(withoutRemoved(`teams: {}\ngrants:\n${grant}`, both).left).toEqual([
    "row 2 of 2: access.yaml has 1 times the grant of read on TWO to team hands: take one out by hand",
  ]);
});

test.each([
  "|\n      On call",
  "|+\n      On call,\n      at night\n\n",
  '"a\\tb"',
  "' x '",
  ">\n      folded\n      text",
])("the worksheet of a reason written %j is accepted", (reason) => {
  const grant = `  - team: hands\n    can: [read]\n    on: TWO\n    reason: ${reason}\n`;
  const text = companyText
    .replace("grants:\n", `grants:\n${grant}`)
    .replace("teams:\n", "  dan: { name: Dan, email: dan@small.example }\nteams:\n");
  const [head = [], ...rows] = parseCsv(worksheetText(factsFor(modelOf(text))));
  const at = (column: string) => head.indexOf(column);
  for (const row of rows) {
    row[at("decided by")] = row[at("reviewer")] ?? "";
    row[at("keep or remove")] = row[at("right")] === "read" ? "remove" : "keep";
    row[at("note")] = "decided";
  }
  const sheet = readSheet(csvHead(head) + rows.map((row) => csvLine(row)).join(""), modelOf(text));
  expect(sheet.problems).toEqual([]);
  const { text: after, left } = withoutRemoved(text, sheet.decisions);
  expect(left).toEqual([]);
  expect(modelOf(after).grants).toEqual(modelOf(text).grants.slice(1));
});
