/** From the worksheet to the change of `access.yaml`: what reviewers can do wrong, and what they decide. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { companyText, modelOf } from "../../access/testing/company";
import { csvHead, csvLine, parseCsv } from "../../evidence/csv";
import { factsFor } from "../../evidence/testing/facts";
import { worksheetText } from "../../evidence/worksheet";
import { root } from "../../toolchain/places";
import { withoutRemoved } from "./change";
import { renderReviewed } from "./command";
import { review, type ReviewOptions } from "./review";
import { readSheet, type Decision } from "./sheet";

const text = companyText
  .replace("teams:\n", "  dan: { name: Dan, email: dan@small.example }\nteams:\n")
  .replace("members: []", "members: [dan]")
  .replace("web: { deploys: [dev]", "web: { deploys: [dev, prod]")
  .replace("{ team: makers, can: [trigger]", "{ team: makers, can: [read]")
  .replace(
    "grants:\n",
    `# Who may do what.
grants:
  # On call until the new year.
  - { team: hands, can: [trigger, deploy:dev, deploy:prod], on: [ONE/api, ONE/web], reason: "On call, at night" }
  - { agent: bot, can: [merge], on: ONE/api, until: 2027-01-31, reason: Cuts releases } # every Thursday
`,
  );
const model = modelOf(text);
const facts = factsFor(model, { asOf: new Date("2026-06-15T12:00:00Z") });

type Row = Record<string, string>;

/** Everything kept by whoever is asked to, with a note; then as a test wants it. */
function filled(change: (row: Row) => void = () => undefined, choose = (rows: Row[]) => rows): string {
  const [head = [], ...lines] = parseCsv(worksheetText(facts));
  const rows = lines.map((line): Row =>
    Object.fromEntries(head.map((column, at) => [column, line[at] ?? ""])),
  );
  for (const row of rows) {
    Object.assign(row, { "decided by": row.reviewer, "keep or remove": "keep", note: "needed" });
    change(row);
  }
  return (
    csvHead(head) +
    choose(rows)
      .map((row) => csvLine(head.map((column) => row[column])))
      .join("")
  );
}

const removing = (...rights: string[]) =>
  filled((row) => {
    if (rights.includes(`${row.who ?? ""} ${row.right ?? ""} ${row.on ?? ""}`.trim()))
      Object.assign(row, { "keep or remove": "Remove", note: "no longer needed" });
  });
const problems = (sheet: string) => readSheet(sheet, model).problems;
/** The lines that a review takes out (`-`) and puts in (`+`). */
function changes(sheet: string): { lines: string[]; left: readonly string[] } {
  const { decisions, problems: wrong } = readSheet(sheet, model);
  expect(wrong).toEqual([]);
  const { text: after, left } = withoutRemoved(text, decisions);
  const [before, now] = [text.split("\n"), after.split("\n")];
  return {
    lines: [
      ...before.filter((line) => !now.includes(line)).map((line) => `-${line}`),
      ...now.filter((line) => !before.includes(line)).map((line) => `+${line}`),
    ],
    left,
  };
}

test("each right that can be taken is a row, and its reviewer gains nothing by it", () => {
  const [head = [], ...rows] = parseCsv(worksheetText(facts));
  const told = rows.map((row) => {
    const of = (column: string) => row[head.indexOf(column)] ?? "";
    const note = of("note needed to keep it") === "yes" ? " !" : "";
    return `${of("reviewer")}: ${of("who")}: ${[of("right"), of("on")].filter(Boolean).join(" ")}${note}`;
  });
  expect(told).toEqual([
    "ana: team hands: trigger ONE/api",
    "ana: team hands: trigger ONE/web",
    "ana: team hands: deploy:dev ONE/api",
    "ana: team hands: deploy:dev ONE/web",
    "ana: team hands: deploy:prod ONE/api !",
    "ana: team hands: deploy:prod ONE/web !",
    "ana: agent bot: merge ONE/api !",
    "ana: person ben: is in team hands",
    "ana: person cem: is in team hands",
    "ben: team leads: merge ONE/api",
    "ben: person ana: is in team leads",
    "ben: person dan: is in team guests",
    "dan: team makers: read ONE",
  ]);
});

test("what everybody keeps changes nothing, to the last sign", () => {
  const { decisions, problems: wrong, stack, asOf } = readSheet(filled(), model);
  expect([wrong, stack, asOf, decisions.length]).toEqual([[], "prod", "2026-06-15T12:00Z", 13]);
  expect(withoutRemoved(text, decisions)).toEqual({ text, left: [] });
});

test("a right of a grant goes, and the rest of it stays: as one line, or as two where it has to", () => {
  expect(changes(removing("team hands deploy:prod ONE/api", "team hands deploy:prod ONE/web")).lines).toEqual(
    [
      '-  - { team: hands, can: [trigger, deploy:dev, deploy:prod], on: [ONE/api, ONE/web], reason: "On call, at night" }',
      '+  - { team: hands, can: [trigger, deploy:dev], on: [ONE/api, ONE/web], reason: "On call, at night" }',
    ],
  );
  expect(changes(removing("team hands deploy:prod ONE/web")).lines).toEqual([
    '-  - { team: hands, can: [trigger, deploy:dev, deploy:prod], on: [ONE/api, ONE/web], reason: "On call, at night" }',
    '+  - { team: hands, can: [trigger, deploy:dev, deploy:prod], on: [ONE/api], reason: "On call, at night" }',
    '+  - { team: hands, can: [trigger, deploy:dev], on: [ONE/web], reason: "On call, at night" }',
  ]);
});

test("a whole grant goes, and so does a member; the comments of others stay", () => {
  expect(changes(removing("agent bot merge ONE/api", "person cem is in team hands")).lines).toEqual([
    "-      hands: { owner: ana, members: [ben, cem] }",
    "-  - { agent: bot, can: [merge], on: ONE/api, until: 2027-01-31, reason: Cuts releases } # every Thursday",
    "+      hands: { owner: ana, members: [ben] }",
  ]);
});

test("in blocks, too, with what is written beside them", () => {
  const blocks = `# before
teams:
  hands:
    members:
      - ben # since May
      - cem
grants:
  # first
  - team: hands
    can:
      - trigger
      - deploy:prod # for now
    on: ONE/api

  # second
  - team: guests
    can: [
      read, # only
      merge,
    ]
    on: TWO # all of it
# after
`;
  const row = { row: "1 of 1", what: "grant", reason: "", by: "ana", remove: true, note: "x" } as const;
  const decide = (who: string, right: string, on: string) => ({ ...row, who, right, on });
  const out = { ...row, what: "membership", who: "person ben", right: "is in team hands", on: "" } as const;
  expect(
    withoutRemoved(blocks, [
      decide("team hands", "deploy:prod", "ONE/api"),
      decide("team guests", "merge", "TWO"),
      out,
    ]),
  ).toEqual({
    left: [],
    text: blocks
      .replace("      - ben # since May\n", "")
      .replace("      - deploy:prod # for now\n", "")
      .replace("      merge,\n", ""),
  });
  const all = [
    decide("team hands", "deploy:prod", "ONE/api"),
    decide("team hands", "trigger", "ONE/api"),
    decide("team guests", "merge", "TWO"),
    decide("team guests", "read", "TWO"),
    out,
    { ...out, who: "person cem" },
  ];
  expect(parse(withoutRemoved(blocks, all).text)).toEqual({ teams: { hands: { members: [] } }, grants: [] });
});

test("of several grants of one right, the one goes that was reviewed: by its reason and its end", () => {
  const twins = `grants:
  - { person: cem, can: [merge], on: ONE/api, reason: Away, until: 2026-12-31 }
  - { person: cem, can: [merge], on: ONE/api, reason: Away, until: 2027-01-31 }
  - { person: cem, can: [merge], on: ONE/api, reason: Away }
  - { person: cem, can: [merge], on: ONE/api, reason: Audit, until: 2026-12-31 }
`;
  const reviewed = (reason: string, until?: string) => ({
    ...{ row: "1 of 1", what: "grant", who: "person cem", right: "merge", on: "ONE/api" },
    ...{ reason, by: "ana", remove: true, note: "x" },
    ...(until !== undefined && { until }),
  });
  const lines = twins.split("\n");
  const gone = (reason: string, until?: string) => {
    const { text: after, left } = withoutRemoved(twins, [reviewed(reason, until) as Decision]);
    return [lines.flatMap((line, at) => (after.includes(line) ? [] : [at])), left];
  };
  expect(gone("Away", "2026-12-31")).toEqual([[1], []]);
  expect(gone("Away", "2027-01-31")).toEqual([[2], []]);
  expect(gone("Away")).toEqual([[3], []]);
  expect(gone("Audit", "2026-12-31")).toEqual([[4], []]);
  expect(gone("Audit")).toEqual([
    [],
    ["row 1 of 1: access.yaml has no grant of merge on ONE/api to person cem any more"],
  ]);
});

test("what is gone already, and what a directory keeps, is left to a person", () => {
  const decisions = readSheet(
    removing("agent bot merge ONE/api", "person cem is in team hands"),
    model,
  ).decisions;
  const later = text
    .replace(/ {2}- \{ agent.*\n/, "")
    .replace("members: [ben, cem]", 'description: "From HR"');
  expect(withoutRemoved(later, decisions)).toEqual({
    text: later,
    left: [
      "row 7 of 13: access.yaml has no grant of merge on ONE/api to agent bot any more",
      "row 9 of 13: who is in team hands is kept in Keycloak's directory: take cem out there",
    ],
  });
});

test.each<[string, (row: Row) => void, string]>([
  ["undecided", (row) => (row["keep or remove"] = ""), 'found no decision; allowed: "keep" or "remove"'],
  [
    "left open",
    (row) => Object.assign(row, { "keep or remove": "", "decided by": "" }),
    'it is not decided yet; allowed: "keep" or "remove", by ana',
  ],
  ["unclear", (row) => (row["keep or remove"] = "maybe"), 'found "maybe"; allowed: "keep" or "remove"'],
  ["anonymous", (row) => (row["decided by"] = ""), "nobody is named as having decided; allowed: ana"],
  ["by who gains", (row) => (row["decided by"] = "cem"), "cem decided, who gains by it; allowed: ana"],
  ["by anybody", (row) => (row["decided by"] = "dan"), "dan decided; allowed: ana"],
  [
    "by a stranger",
    (row) => (row["decided by"] = "eve"),
    'found "eve", whom access.yaml does not know; allowed: ana',
  ],
  ["changed", (row) => (row.right = "read"), "it was changed; take it from the evidence again"],
  [
    "removed without a word",
    (row) => Object.assign(row, { "keep or remove": "remove", note: "" }),
    "it is to be removed without a note; say why",
  ],
  [
    "kept without a word",
    (row) => (row.note = ""),
    "it is privileged, or given to one alone, and kept without a note; say why it is still needed",
  ],
])("a row that is %s", (_, change, problem) => {
  const sheet = filled((row) => {
    if (row.row === "5 of 13") change(row);
  });
  expect(problems(sheet)).toEqual([expect.stringMatching(/^row 5 of 13 \(team hands: \S+ on ONE\/api\): /)]);
  expect(problems(sheet)[0]).toContain(problem);
});

test("rows that are lost, doubled, or of another worksheet; the order does not matter", () => {
  expect(problems(filled(undefined, (rows) => rows.slice(0, 11)))).toEqual([
    "found 11 rows of 13; missing: 12, 13; put them back",
  ]);
  expect(problems(filled(undefined, (rows) => [...rows, ...rows.slice(0, 1)]))).toEqual([
    "found row 1 more than once; keep one of each",
  ]);
  expect(problems(filled(undefined, (rows) => rows.toReversed()))).toEqual([]);
  expect(problems("who,what\nana,all")[0]).toMatch(/^found no column worksheet, row, reviewer/);
});

describe("npm run review", () => {
  let folder: string;
  const sheetFile = () => join(folder, "worksheet.csv");
  const accessFile = () => join(folder, "access.yaml");
  const run = (sheet: string, options: ReviewOptions = {}) => {
    writeFileSync(sheetFile(), sheet);
    return review(sheetFile(), folder, {}, options);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "review test-"));
    mkdirSync(join(folder, "stacks"));
    const settings = readFileSync(join(root, "stacks/Pulumi.prod.yaml"), "utf8");
    writeFileSync(join(folder, "stacks/Pulumi.prod.yaml"), settings);
    writeFileSync(accessFile(), text);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("shows the change, and writes exactly that with --apply", async () => {
    const sheet = removing("agent bot merge ONE/api", "person cem is in team hands");
    const shown = await run(sheet);
    expect(shown).toMatchObject({ stack: "prod", kept: 11, left: [], applied: false });
    expect(shown.difference.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([
      "-      hands: { owner: ana, members: [ben, cem] }",
      "+      hands: { owner: ana, members: [ben] }",
      "-  - { agent: bot, can: [merge], on: ONE/api, until: 2027-01-31, reason: Cuts releases } # every Thursday",
    ]);
    expect(readFileSync(accessFile(), "utf8")).toBe(text);

    expect(await run(sheet, { apply: true })).toEqual({ ...shown, applied: true });
    const { decisions } = readSheet(sheet, model);
    expect(readFileSync(accessFile(), "utf8")).toBe(withoutRemoved(text, decisions).text);
    expect(renderReviewed({ ...shown, applied: true })).toContain("access.yaml is written");
  });

  test("writes nothing where all is kept, and nothing where one row is wrong", async () => {
    expect(await run(filled(), { apply: true })).toMatchObject({ kept: 13, removed: [], difference: "" });
    const wrong = filled((row) => {
      if (row.row === "1 of 13") row["keep or remove"] = "maybe";
      if (row.row === "2 of 13") Object.assign(row, { "keep or remove": "remove", note: "gone" });
    });
    await expect(run(wrong, { apply: true })).rejects.toThrow(/nothing was changed\n {2}row 1 of 13/);
    await expect(run("who,what\nana,all\n", { apply: true })).rejects.toThrow(
      "found no worksheet of a review",
    );
    expect(readFileSync(accessFile(), "utf8")).toBe(text);
  });
});
