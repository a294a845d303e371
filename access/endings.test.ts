/** What ends within some days, and who is named for it. */
import { endedBetween, endingsOf, soonest, type Ends } from "./endings";
import { modelOf, settingsFor, withGrants } from "./testing/company";

const asOf = new Date("2026-12-01T09:00:00Z");
const model = modelOf(
  withGrants(
    'team: hands, can: [merge, trigger], on: ONE/api, until: "2026-12-15"',
    'team: hands, can: [read], on: ONE/web, until: "2026-12-16"',
    'person: cem, can: [read], on: TWO, reason: R, until: "2026-12-01"',
    'agent: bot, can: [read], on: "ONE/*", until: "2026-12-03"',
    'team: guests, can: [read], on: TWO, until: "2026-11-30"',
    "team: guests, can: [read], on: ONE",
  ),
);
const settings = settingsFor("dev");
const exception = { rule: "events-kept", on: "realm", owner: "ben", reason: "R", until: "2026-12-15" };
const found = (more: Partial<Ends> = {}) =>
  soonest(endingsOf({ model, exceptions: [], settings, ...more }, "dev"), asOf, 14).map(
    ({ what, until, owners }) => `${until} ${what} (${owners.join(", ")})`,
  );

test("from today on up to the last day, the first to end first; what has ended is not told", () => {
  expect(found({ exceptions: [exception] })).toEqual([
    "2026-12-01 person cem: read on TWO (cem)",
    "2026-12-03 agent bot: read on ONE/* (ben)",
    "2026-12-15 team hands: merge, trigger on ONE/api (ana)",
    "2026-12-15 the exception to events-kept on realm (ben)",
  ]);
});

test.each([
  ["2026-09-16", 90, ["2026-12-15 the time for the next access review (ana, ben)"]],
  ["2026-09-17", 90, []],
  ["2026-01-31", 1, ["2026-02-01 the time for the next access review (ana, ben)"]], // late
])("a review that was on %s, and is every %d days", (last, every, expected) => {
  expect(found({ model: { ...model, grants: [], review: { last, every } } })).toEqual(expected);
});

test.each([
  ["2026-12-15", ["2026-12-15 the Bitbucket API token of dev (ana, ben)"]],
  ["2026-12-16", []],
  ["2026-11-30", []],
  ["unknown", []],
])("an API token whose last day is %s", (apiTokenExpires, expected) => {
  const rotation = { ...settings.rotation, apiTokenExpires };
  expect(found({ model: { ...model, grants: [] }, settings: { rotation } })).toEqual(expected);
});

test("what ended between two moments, the second included", () => {
  const until = ["2026-11-30", "2026-12-01T08:59Z", "2026-12-01T09:00Z", "2026-12-01T09:01Z", "2026-12-01"];
  const lines = until.map((one) => `team: hands, can: [read], on: ONE, until: "${one}"`);
  const ended = (from: string, to: string) =>
    endedBetween(
      { model: modelOf(withGrants(...lines)), exceptions: [exception] },
      new Date(from),
      new Date(to),
    );
  expect(ended("2026-12-01T08:59:59Z", "2026-12-01T09:00:00Z")).toEqual([
    "team hands: read on ONE ended at 2026-12-01T09:00Z",
  ]);
  expect(ended("2026-12-01T09:00:00Z", "2026-12-01T23:59:59.999Z")).toEqual([
    "team hands: read on ONE ended at 2026-12-01T09:01Z",
  ]);
  expect(ended("2026-12-01T12:00:00Z", "2026-12-16T00:00:00Z")).toEqual([
    "team hands: read on ONE ended on 2026-12-01",
    "the exception to events-kept on realm ended on 2026-12-15",
  ]);
});
