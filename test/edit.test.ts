/**
 * What a command writes into access.yaml changes what the file means by exactly what the command says, however people have
 * written it. A sample by default; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes fifty times as many files.
 */
import fc from "fast-check";
import { parse } from "yaml";
import { entitlementsOf, Tree, type Model } from "../access";
import { anyText } from "../access/testing/anyText";
import { modelOf } from "../access/testing/company";
import { removalOf } from "../commands/offboard/mentions";
import { withoutRemoved } from "../commands/review/change";
import { readSheet, type Decision } from "../commands/review/sheet";
import { csvHead, csvLine, parseCsv } from "../evidence/csv";
import { factsFor } from "../evidence/testing/facts";
import { worksheetText } from "../evidence/worksheet";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 5_000 : 100;
const seed = Number((process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ")[0]);
const runs = { numRuns, seed };
const asOf = new Date("2026-06-15T12:00:00Z");
const least = 2;

/** What each person can do and answers for, computed from the compiled entitlements and from nothing of the editor's. */
function holdings(model: Model): Map<string, Set<string>> {
  const tree = new Tree(model);
  const all = new Map<string, Set<string>>();
  const add = (who: string, what: string) => all.set(who, (all.get(who) ?? new Set()).add(what));
  const members = (team: string): string[] =>
    model.teams.find(({ name }) => name === team)?.members?.slice() ?? [];
  for (const { subject, capability, target } of entitlementsOf(model, asOf)) {
    const what = `${capability} on ${target}`;
    add(`${subject.kind} ${subject.name}`, what);
    if (subject.kind === "team")
      for (const team of tree.withDescendants(subject.name))
        for (const person of members(team)) add(`person ${person}`, what);
  }
  for (const owner of model.owners) add(`person ${owner}`, "owns the realm");
  for (const { name, owner } of [...model.teams, ...model.agents]) add(`person ${owner}`, `owns ${name}`);
  for (const { key, owner } of model.projects)
    for (const person of members(owner)) add(`person ${person}`, `answers for ${key}`);
  for (const { name, members: inside = [] } of model.teams)
    for (const person of inside) add(`person ${person}`, `is in ${name}`);
  return all;
}

function gains(before: Model, after: Model): string[] {
  const had = holdings(before);
  return [...holdings(after)].flatMap(([who, now]) =>
    [...now].filter((what) => had.get(who)?.has(what) !== true).map((what) => `${who}: ${what}`),
  );
}

/** The reasons that docs/access.md names. */
const documented =
  /^(grants|teams|people|owners|projects|agents|environments|company)\S* would change with it$|^the file could not be read without it: /;

/** As a person would say it: the model less one of its people. */
function lessPerson(model: Model, person: string): Model {
  const others = model.owners.filter((owner) => owner !== person);
  const owners = others.length >= least ? others : model.owners;
  const isNeeded =
    owners.includes(person) || [...model.teams, ...model.agents].some(({ owner }) => owner === person);
  return {
    ...model,
    owners,
    people: model.people.filter(({ username }) => isNeeded || username !== person),
    teams: model.teams.map((team) =>
      team.members ? { ...team, members: team.members.filter((one) => one !== person) } : team,
    ),
    grants: model.grants.filter(({ subject }) => subject.kind !== "person" || subject.name !== person),
  };
}

test("the texts are what people could write: read as the data they were made from", () => {
  const seen = { anchors: 0, merges: 0, crlf: 0, marks: 0, blocks: 0, tags: 0 };
  fc.assert(
    fc.property(anyText, ({ data, text }) => {
      const sorted = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value), (_, one: unknown) =>
          typeof one === "object" && one !== null && !Array.isArray(one)
            ? Object.fromEntries(Object.entries(one).sort())
            : one,
        );
      expect(sorted(parse(text, { merge: true }))).toEqual(sorted(data));
      modelOf(text);
      seen.anchors += Number(/\*\w/.test(text));
      seen.merges += Number(text.includes("<<"));
      seen.crlf += Number(text.includes("\r"));
      seen.marks += Number(text.startsWith("\uFEFF"));
      seen.blocks += Number(/: (&\w )?\|/.test(text));
      seen.tags += Number(text.includes("!!"));
    }),
    { numRuns: 200, seed },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});

test("without a person, the model is the one before less exactly that person, and nobody gains anything", () => {
  const [edits, refused] = [[0], [0]] as [[number], [number]];
  fc.assert(
    fc.property(anyText, fc.constantFrom("ana", "ben", "cem", "dan", "eva"), ({ text }, person) => {
      const before = modelOf(text);
      const { text: after, mentions } = removalOf(new Map([["access.yaml", text]]), person, least);
      const model = modelOf(after);
      expect(gains(before, model)).toEqual([]);
      const byHand = mentions.filter(({ todo }) => todo?.includes("by hand"));
      edits[0] += mentions.filter(({ todo }) => todo === undefined || todo.includes("by hand")).length;
      refused[0] += byHand.length;
      for (const { todo = "" } of byHand) expect(todo.split("since ")[1]).toMatch(documented);
      if (byHand.length === 0) expect(model).toEqual(lessPerson(before, person));
    }),
    runs,
  );
  report("off-boarding", edits[0], refused[0]);
  expect(refused[0]).toBeLessThanOrEqual(edits[0] * 0.05);
});

function report(what: string, edits: number, refused: number): void {
  if (exhaustive) process.stdout.write(`${what}: ${numRuns} files, ${edits} edits, ${refused} refused\n`);
}

/** One right on one target of one grant, and one membership, a line each. */
function rightsOf({ grants, teams }: Model): string[] {
  return [
    ...grants.flatMap(({ subject: { kind, name }, can, on, reason = "", until = "" }) =>
      can.flatMap((right) => on.map((target) => JSON.stringify([kind, name, right, target, reason, until]))),
    ),
    ...teams.flatMap(({ name, members = [] }) => members.map((person) => JSON.stringify([person, name]))),
  ].sort();
}

test("after a review, what was to be removed is gone, and nothing else; whatever the style of a reason", () => {
  let [edits, refused] = [0, 0];
  fc.assert(
    fc.property(anyText, fc.infiniteStream(fc.boolean()), ({ text }, choices) => {
      const before = modelOf(text);
      const [head = [], ...lines] = parseCsv(worksheetText(factsFor(before, { asOf })));
      if (lines.length === 0) return;
      const at = (column: string) => head.indexOf(column);
      for (const line of lines) {
        line[at("decided by")] = line[at("reviewer")] ?? "";
        line[at("keep or remove")] = choices.next().value ? "keep" : "remove";
        line[at("note")] = "decided";
      }
      const sheet = readSheet(csvHead(head) + lines.map((line) => csvLine(line)).join(""), before);
      expect(sheet.problems.filter((problem) => !problem.includes("nobody"))).toEqual([]);
      const { text: after, left } = withoutRemoved(text, sheet.decisions);
      const model = modelOf(after);
      expect(gains(before, model)).toEqual([]);
      const removed = sheet.decisions.filter(({ remove }) => remove);
      edits += removed.length;
      refused += left.length;
      for (const line of left) expect(line.split("since ")[1]).toMatch(documented);
      if (left.length > 0) return;
      const expected = rightsOf(before);
      for (const decision of removed) {
        const key = expected.findIndex((right) => isOf(right, decision));
        expect(key).toBeGreaterThanOrEqual(0);
        expected.splice(key, 1);
      }
      expect(rightsOf(model)).toEqual(expected);
      const rest = ({ teams, ...others }: Model) => ({
        ...others,
        grants: [],
        teams: teams.map(({ members, ...team }) => ({ ...team, isDeclared: members !== undefined })),
      });
      expect(rest(model)).toEqual(rest(before));
    }),
    runs,
  );
  report("review", edits, refused);
  expect(refused).toBeLessThanOrEqual(edits * 0.05);
});

function isOf(right: string, { what, who, right: capability, on, reason, until = "" }: Decision): boolean {
  const [kind, name, can, target, why = "", end] = JSON.parse(right) as string[];
  if (what === "membership")
    return `person ${kind}` === who && `is in team ${name}` === capability && can === undefined;
  const spaced = why.split(/\s+/).filter(Boolean).join(" ");
  return (
    `${kind} ${name}` === who && can === capability && target === on && spaced === reason && end === until
  );
}
