import { asOf } from "../testing/anyCompany";
import { changed, companyText, modelOf, settingsFor } from "../testing/company";
import { differenceOf } from "./difference";
import { entitlementsOf } from "./entitlements";
import { guardChangesOf } from "./guardChanges";
import { asksOf, needsOf } from "./approvals";
import { knownAt, type Known } from "./known";
import { placesOf } from "./rightNeeds";

function accessStateOf(text: string): Known {
  const declaration = { model: modelOf(text), settings: settingsFor("prod"), exceptions: [], asOf };
  return knownAt(declaration, () => []);
}

const head = companyText.split("grants:")[0] ?? "";

/** Who has to approve a change of the small company, and why. */
function needs(...changes: readonly (readonly [before: string, after: string])[]) {
  const [before, after] = [accessStateOf(companyText), accessStateOf(changed(...changes))];
  return needsOf(before, after).map(
    ({ reason, projects }) => `${projects.join(" ") || "company"}: ${reason}`,
  );
}

const grant = (line: string) => ["grants:\n", `grants:\n  - { ${line} }\n`] as const;

type Change = readonly [before: string, after: string];

test.each<[string, readonly Change[], string[]]>([
  ["a merge right", [grant("team: hands, can: [merge], on: ONE/api")], []],
  ["a right to read", [grant("team: guests, can: [read], on: TWO")], []],
  [
    "an administrator where nothing is restricted",
    [grant("team: guests, can: [administer], on: TWO/docs")],
    [],
  ],
  [
    "an administrator of all that is in a project, declared or not",
    [grant("team: guests, can: [administer], on: TWO")],
    ["TWO: team guests administers all of project TWO from now on"],
  ],
  [
    "deploying to a restricted environment",
    [grant("team: hands, can: [deploy:prod], on: ONE/api")],
    ["ONE: team hands gains deploy:prod on ONE/api"],
  ],
  [
    "administering what deploys there, which comes to the same",
    [grant("team: guests, can: [administer], on: ONE/api")],
    ["ONE: team guests gains deploy:prod on ONE/api"],
  ],
  [
    "joining a team that may",
    [grant("team: leads, can: [deploy:prod], on: ONE/api"), ["members: [ana]", "members: [ana, cem]"]],
    ["ONE: team leads gains deploy:prod on ONE/api", "ONE: cem may approve for project ONE from now on"],
  ],
  [
    "lifting the restriction, and whoever gains by it",
    [[", restricted: true", ""]],
    [
      "ONE: team makers gains deploy:prod on ONE/api",
      "company: environment prod changes from restricted to open to whoever may write",
    ],
  ],
  [
    "taking the environment away",
    [
      ["  prod: { type: production, restricted: true }\n", ""],
      ["[dev, prod]", "[dev]"],
    ],
    [
      "company: environment prod changes from restricted to nothing",
      "ONE: ONE/api, the list of environments changes from dev, prod to dev",
    ],
  ],
  [
    "another owner",
    [["owners: [ana, ben]", "owners: [ana, cem]"]],
    ["company: cem may approve for the company from now on", "company: owner ben is removed"],
  ],
  [
    "another account for somebody who merges",
    [["email: ana@small.example", "email: mallory@small.example"]],
    ["company: e-mail address of ana changes from ana@small.example to mallory@small.example"],
  ],
])("%s", (_, changes, expected) => {
  expect(needs(...changes)).toEqual(expected);
});

test("taking away a larger share of rights than the model allows", () => {
  const whole = accessStateOf(companyText);
  const before = { ...whole, model: { ...whole.model, limits: { owners: 2, removal: 0.1 } } };
  const { model, ...rest } = accessStateOf(`${head}grants: []\n`);
  const after = { ...rest, model: { ...model, limits: before.model.limits } };
  expect(needsOf(before, after)).toMatchObject([
    { reason: "100 % of all rights are removed, more than 10 %", projects: ["ONE"], beneficiaries: [] },
  ]);
});

test("the limit is the one from before: a change cannot lift what it breaks", () => {
  const before = accessStateOf(companyText);
  const { model, ...rest } = accessStateOf(`${head}grants: []\n`);
  const lifted = { ...rest, model: { ...model, limits: { ...model.limits, removal: 1 } } };
  const removed = "100 % of all rights are removed, more than 25 %";
  expect(needsOf(before, lifted).map(({ reason }) => reason)).toEqual([
    "largest share of rights that a change removes changes from 0.25 to 1",
    removed,
  ]);
  // And one that lowers it is not measured by its own.
  const allowing = { ...before, model: { ...before.model, limits: { ...model.limits, removal: 1 } } };
  const lowered = { ...rest, model: { ...model, limits: { ...model.limits, removal: 0.01 } } };
  expect(needsOf(allowing, lowered)).toEqual([]);
});

test.each([
  [20, []],
  [21, ["ONE: 100 % of all rights are removed, more than 25 %"]],
])("%i rights at once, all there are", (count, expected) => {
  const names = Array.from({ length: count }, (_, index) => `p${index}`);
  const people = names.map((name) => `  ${name}: { name: P, email: ${name}@small.example }\n`).join("");
  const crowded = head.replace("teams:\n", `${people}teams:\n`);
  const grants = names.map((name) => `  - { person: ${name}, can: [read], on: ONE/api }\n`).join("");
  const found = needsOf(
    accessStateOf(`${crowded}grants:\n${grants}`),
    accessStateOf(`${crowded}grants: []\n`),
  );
  expect(found.map(({ reason, projects }) => `${projects.join(" ")}: ${reason}`)).toEqual(expected);
});

test("in slices, each below the limit", () => {
  const removals = [{ day: "2026-06-12", share: 0.24, rights: 30 }];
  const before = { ...accessStateOf(companyText), removals };
  const without = changed(["  - { team: leads, can: [merge], on: ONE/api }\n", ""]);
  const found = needsOf(before, accessStateOf(without)).map(({ reason }) => reason);
  expect(found).toEqual(["29 % of all rights are removed in a week, more than 25 %"]);
  expect(needsOf(accessStateOf(companyText), accessStateOf(without))).toEqual([]);
});

test("another account for somebody who only reads is nobody's business", () => {
  const readers = `${head}grants:\n  - { team: hands, can: [read], on: ONE/api }\n`;
  const owned = readers.replace("owner: hands", "owner: leads");
  const [before, after] = [
    accessStateOf(owned),
    accessStateOf(owned.replace("00000000000c", "00000000000d")),
  ];
  expect(guardChangesOf(before, after)).toHaveLength(1);
  expect(needsOf(before, after)).toEqual([]);
});

test("few rights may always go, however large a share they are", () => {
  const before = accessStateOf(`${head}grants:\n  - { team: leads, can: [read], on: ONE }\n`);
  const after = accessStateOf(`${head}grants: []\n`);
  expect([differenceOf(before, after).lostShare, needsOf(before, after)]).toEqual([1, []]);
});

test("a stack that was never brought up needs nobody", () => {
  const after = accessStateOf(changed(grant("team: hands, can: [deploy:prod], on: ONE")));
  expect(needsOf(undefined, after)).toEqual([]);
});

test("all repositories of a project are called by its name", () => {
  const { model } = accessStateOf(companyText);
  expect(placesOf(["ONE/web", "ONE/api", "TWO/docs"], model)).toEqual(["ONE", "TWO/docs"]);
  expect(placesOf(["ONE/web"], model)).toEqual(["ONE/web"]);
});

/** Whose word counts for a change of the small company: `place: people`. */
function approvers(...changes: readonly Change[]) {
  const [before, after] = [accessStateOf(companyText), accessStateOf(changed(...changes))];
  const found = needsOf(before, after);
  const asks = asksOf(found, before).map((ask) => `${ask.place}: ${ask.approvers.join(" ")}`);
  return [...new Set(asks)];
}

test.each<[string, readonly Change[], string[]]>([
  [
    "the owners of the project",
    [grant("team: hands, can: [deploy:prod], on: ONE/api")],
    ["project ONE: ana"],
  ],
  [
    "the company's, where the project's gain by it themselves",
    [grant("team: leads, can: [deploy:prod], on: ONE/api")],
    ["project ONE: ben"],
  ],
  [
    "nobody, where all of them do",
    [grant("team: makers, can: [deploy:prod], on: ONE/api")],
    ["project ONE: "],
  ],
  [
    "never the owner of the agent that gains",
    [grant("agent: bot, can: [deploy:prod], on: ONE/api"), ["    owner: leads\n", "    owner: hands\n"]],
    ["project ONE: ana"],
  ],
  [
    "those who answered for it before",
    [grant("team: hands, can: [deploy:prod], on: ONE/api"), ["    owner: leads\n", "    owner: guests\n"]],
    ["project ONE: ana"],
  ],
  [
    "the company's owners of before",
    [["owners: [ana, ben]", "owners: [cem, ben]"]],
    ["the company: ana ben"],
  ],
  [
    "not who is given another account",
    [["email: ana@small.example", "email: mallory@small.example"]],
    ["the company: ben"],
  ],
])("whose word counts: %s", (_, changes, expected) => {
  expect(approvers(...changes)).toEqual(expected);
});

test.each([
  ["before the change", "bot: { owner: ana,", "bot: { owner: ben,"],
  ["after it", "bot: { owner: ben,", "bot: { owner: ana,"],
  ["all along", "bot: { owner: ana,", "bot: { owner: ana,"],
])("who owns an agent %s does not approve what it gains", (_, was, is) => {
  const owned = (bot: string) => changed(["bot: { owner: ben,", bot]);
  const before = accessStateOf(owned(was));
  const gaining = grant("agent: bot, can: [deploy:prod], on: ONE/api");
  const after = accessStateOf(owned(is).replace(gaining[0], gaining[1]));
  const found = needsOf(before, after);
  // Ana leads the project, and owns the company with Ben.
  const approvers = was === is ? "ben" : "";
  expect(asksOf(found, before).map((ask) => ask.approvers.join(" "))).toEqual([approvers]);
});

test("who gains is not known where nobody says who is in the team", () => {
  const [before, after] = [companyText, changed(grant("team: hands, can: [deploy:prod], on: ONE/api"))].map(
    (text) => ({ ...accessStateOf(text), members: () => undefined }),
  );
  if (before === undefined || after === undefined) throw new Error("two were made");
  const found = needsOf(before, after);
  expect(found.map(({ unknown, beneficiaries }) => [unknown, beneficiaries])).toEqual([[true, []]]);
});

/** One and the same person, by another way. */
const until = (day: string) =>
  grant(`person: cem, can: [deploy:prod], on: ONE/api, until: ${day}, reason: R`);

test("a right for a while becomes one for ever by another team, and who has it does not approve", () => {
  const before = accessStateOf(changed(until("2026-09-30")));
  const team = grant("team: hands, can: [deploy:prod], on: ONE/api");
  const after = accessStateOf(changed(until("2026-09-30"), team));
  expect(needsOf(before, after).map(({ reason, beneficiaries }) => [reason, beneficiaries])).toEqual([
    ["team hands gains deploy:prod on ONE/api", ["ben", "cem"]],
    ["person cem keeps until it is taken away instead of 2026-09-30 deploy:prod on ONE/api", ["ben", "cem"]],
  ]);
  const longer = needsOf(before, accessStateOf(changed(until("2027-09-30"))));
  expect(longer.map(({ reason, beneficiaries }) => [reason, beneficiaries])).toEqual([
    ["person cem keeps until 2027-09-30 instead of 2026-09-30 deploy:prod on ONE/api", ["cem"]],
  ]);
});

test("a right that has ended since the last deploy is given anew", () => {
  const before = { ...accessStateOf(changed(until("2026-06-10"))), asOf: new Date("2026-06-09T00:00:00Z") };
  const active = { ...before, entitlements: entitlementsOf(before.model, before.asOf) };
  expect(needsOf(active, accessStateOf(changed(until("2026-09-30")))).map(({ reason }) => reason)).toEqual([
    "person cem gains deploy:prod on ONE/api",
  ]);
});

test("a new repository is forgiven what its project's grants give, and not where it steers everything", () => {
  const wide = changed(grant("team: leads, can: [administer], on: ONE"));
  const added = wide.replace("      web: {", "      new: { protected: {} }\n      web: {");
  expect(needsOf(accessStateOf(wide), accessStateOf(added))).toEqual([]);
  const control = `${added}control: [ONE/new]\n`;
  const reasons = needsOf(accessStateOf(wide), accessStateOf(control)).map(({ reason }) => reason);
  expect(reasons).toContain("team leads gains administer on ONE/new");
});

test("whom Keycloak keeps in a team that may deploy: an account that the file names from now on", () => {
  const open = changed(
    ["hands: { owner: ana, members: [ben, cem] }", "hands: { owner: ana }"],
    grant("team: hands, can: [deploy:prod], on: ONE/api"),
    ["owner: hands", "owner: leads"],
  );
  const keeps = (text: string) =>
    knownAt({ model: modelOf(text), settings: settingsFor("prod"), exceptions: [], asOf }, () => ["zoe"]);
  const named = open.replace("  cem: {", "  zoe: { name: Zoe, email: mallory@small.example }\n  cem: {");
  const needs = needsOf(keeps(open), keeps(named));
  expect(needs.map(({ reason }) => reason)).toEqual([
    "the file names the e-mail address and account of zoe: mallory@small.example",
  ]);
  expect(needsOf(keeps(named), keeps(open))).toHaveLength(1);
});
