import fc from "fast-check";
import { asOf, model as anyModel } from "../testing/anyCompany";
import { changed, companyText, modelOf, withGrants } from "../testing/company";
import { differenceOf } from "./difference";
import type { Members, AccessState } from "./rights";
import { entitlementsOf } from "./entitlements";
import type { Model } from "../model";

const declared = ({ teams }: Model): Members => {
  return (name) => teams.find((team) => team.name === name)?.members ?? [];
};

function accessStateOf(model: Model, members = declared(model)): AccessState {
  return { model, entitlements: entitlementsOf(model, asOf), members };
}

function difference(before: string, after: string) {
  return differenceOf(accessStateOf(modelOf(before)), accessStateOf(modelOf(after)));
}

/** Example: `team leads (ana) merge ONE/api`. */
const lines = (changes: ReturnType<typeof difference>["gained"]) =>
  changes.map(
    ({ subject, people, capability, target, more }) =>
      `${subject.kind} ${subject.name} (${people.join(" ")}${more ? " and more" : ""}) ${capability} ${target}`,
  );

test("the same twice differs in nothing", () => {
  expect(difference(companyText, companyText)).toEqual({ gained: [], lost: [], altered: [], lostShare: 0 });
});

test("a stack that was never brought up gains everything, with the people who do", () => {
  const { gained, lost, lostShare } = differenceOf(
    undefined,
    accessStateOf(modelOf(withGrants("team: makers, can: [trigger], on: ONE/web"))),
  );
  // Nobody protects a branch of web: whoever writes merges.
  expect(lines(gained)).toEqual([
    "team makers (ana ben cem) merge ONE/web",
    "team makers (ana ben cem) deploy:dev ONE/web",
    "team makers (ana ben cem) read ONE/web",
    "team makers (ana ben cem) trigger ONE/web",
  ]);
  expect([lost, lostShare]).toEqual([[], 0]);
});

test("a grant to a team below names only whom it changes something for", () => {
  const { gained, lost, altered } = difference(
    withGrants("team: makers, can: [read], on: ONE"),
    withGrants("team: makers, can: [read], on: ONE", "team: hands, can: [administer], on: ONE/web"),
  );
  expect(lines(gained)).toEqual([
    "team hands (ben cem) administer ONE/web",
    "team hands (ben cem) merge ONE/web",
    "team hands (ben cem) deploy:dev ONE/web",
    "team hands (ben cem) trigger ONE/web",
  ]);
  expect(gained[0]?.path).toEqual(["hands", "ONE/web", "admin"]);
  expect([lost, altered]).toEqual([[], []]);
});

test("a person who joins a team gains what it has, and is told alone", () => {
  const { gained } = difference(
    withGrants("team: leads, can: [read], on: TWO/docs, reason: They write them"),
    withGrants("team: leads, can: [read], on: TWO/docs, reason: They write them").replace(
      "members: [ana]",
      "members: [ana, cem]",
    ),
  );
  expect(gained).toEqual([
    {
      subject: { kind: "person", name: "cem" },
      people: ["cem"],
      capability: "read",
      target: "TWO/docs",
      kind: "granted",
      path: ["cem", "leads", "TWO/docs", "read"],
      reason: "They write them",
    },
  ]);
});

test("somebody who is taken out of every team loses all of it, and nobody else anything", () => {
  const { gained, lost, lostShare } = difference(
    changed(["members: [ben, cem]", "members: [ben, cem]"]),
    changed(["members: [ben, cem]", "members: [ben]"]),
  );
  expect(gained).toEqual([]);
  expect(new Set(lines(lost).map((line) => line.split(" ").slice(0, 3).join(" ")))).toEqual(
    new Set(["person cem (cem)"]),
  );
  // Three people hold seven rights on ONE each, ana merges into its api besides.
  expect([lost.length, Math.round(lostShare * 100)]).toEqual([7, 32]);
});

test("who keeps a right by another way does not lose it", () => {
  const both = withGrants("team: makers, can: [read], on: TWO/docs", "team: leads, can: [read], on: TWO");
  const one = withGrants("team: leads, can: [read], on: TWO");
  expect(lines(difference(both, one).lost)).toEqual(["team makers (ben cem) read TWO/docs"]);
});

test("a right that becomes a granted one, or ends on another day, is altered, neither gained nor lost", () => {
  const before = withGrants("team: guests, can: [merge], on: TWO/docs, until: 2027-01-01, reason: A");
  const after = withGrants("team: guests, can: [merge, read], on: TWO/docs, until: 2027-02-01, reason: A");
  const { gained, lost, altered } = difference(before, after);
  expect([gained, lost]).toEqual([[], []]);
  expect(altered.map(({ before: a, after: b }) => [a.capability, a.kind, b.kind, a.until, b.until])).toEqual([
    ["merge", "granted", "granted", "2027-01-01", "2027-02-01"],
    ["read", "implied", "granted", "2027-01-01", "2027-02-01"],
    ["trigger", "implied", "implied", "2027-01-01", "2027-02-01"],
  ]);
});

test("where members are not known, that is said, of the team above as well", () => {
  const after = modelOf(withGrants("team: makers, can: [read], on: TWO/docs"));
  const members: Members = (name) => (name === "hands" ? undefined : declared(after)(name));
  const none = modelOf(withGrants());
  expect(lines(differenceOf(accessStateOf(none), accessStateOf(after, members)).gained)).toEqual([
    "team makers (ana and more) read TWO/docs",
  ]);
});

test("lifting a restriction keeps what it guarded in the first place of the list", () => {
  const { gained } = difference(
    withGrants("team: hands, can: [trigger], on: ONE/api"),
    withGrants("team: hands, can: [trigger], on: ONE/api").replace(", restricted: true", ""),
  );
  expect(lines(gained)).toEqual(["team hands (ben cem) deploy:prod ONE/api"]);
});

describe("of any two companies", () => {
  const people = fc.array(fc.subarray(["p0", "p1"]), { minLength: 6, maxLength: 6 });
  const side = fc.tuple(anyModel, people).map(([model, members]) =>
    accessStateOf({
      ...model,
      teams: model.teams.map((team, index) => ({ ...team, members: members[index] ?? [] })),
    }),
  );

  test("somebody is named under what is gained if, and only if, he could not do it before", () => {
    let told = 0;
    fc.assert(
      fc.property(side, side, (before, after) => {
        const named = new Set<string>();
        for (const { people: who, capability, target } of differenceOf(before, after).gained)
          for (const person of who) named.add(`${person} ${capability} ${target}`);
        const [had, has] = [held(before), held(after)];
        const expected = [...has].filter((right) => !had.has(right));
        told += expected.length;
        expect([...named].sort()).toEqual(expected.sort());
      }),
      { numRuns: 200 },
    );
    expect(told).toBeGreaterThan(1000);
  });

  test("what one way gains, the way back loses", () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        expect(differenceOf(before, after).gained).toEqual(differenceOf(after, before).lost);
      }),
    );
  });
});

/** What each person can do, found without the code under test: `p0 merge P0/r1`. */
function held({ entitlements, members }: AccessState): Set<string> {
  return new Set(
    entitlements.flatMap(({ subject: { kind, name }, capability, target }) => {
      const who = kind === "team" ? (members(name) ?? []) : kind === "person" ? [name] : [];
      return who.map((person) => `${person} ${capability} ${target}`);
    }),
  );
}
