/** Removals from a team whose members Keycloak keeps: the program does not see them, and `deploy` does. */
import { removalsBetween } from "../baseline";
import { asOf } from "../testing/anyCompany";
import { modelOf, settingsFor } from "../testing/company";
import { needsOf } from "./approvals";
import { knownAt, type Known } from "./known";
import { removalsSince, type Removal } from "./removals";
import type { Members } from "./rights";

const few = Array.from({ length: 45 }, (_, index) => `p${index}`);
const repositories = Array.from({ length: 10 }, (_, index) => `r${index}`);

/** Ten rights of team `staff`, or so many of them, and ninety of others. */
function textWith(left: number): string {
  const staff = repositories
    .slice(0, left)
    .map((slug) => `  - { team: staff, can: [read], on: ONE/${slug} }`);
  const others = few.map((name) => `  - { person: ${name}, can: [read], on: [ONE/r0, ONE/r1] }`);
  return [
    "company: Small\nowners: [p0, p1]\nenvironments: { prod: { type: production } }\npeople:",
    ...few.map((name) => `  ${name}: { name: P, email: ${name}@small.example }`),
    "teams: { staff: { owner: p0 } }",
    "projects:\n  ONE:\n    name: One\n    owner: staff\n    repositories:",
    ...repositories.map((slug) => `      ${slug}: {}`),
    ["grants:", ...staff, ...others].join("\n"),
    "",
  ].join("\n");
}

const crowd = Array.from({ length: 100 }, (_, index) => `of-staff-${index}`);
const seen: Members = () => crowd;
const unseen: Members = () => undefined;

const stateOf = (left: number, members: Members, removals: readonly Removal[] = []): Known =>
  knownAt(
    { model: modelOf(textWith(left)), settings: settingsFor("prod"), exceptions: [], asOf, removals },
    members,
  );
const asked = (before: Known, after: Known) => needsOf(before, after).map(({ reason }) => reason);

test("slices, each recorded by a program that does not see whom it takes something from", () => {
  // 200 of 1090 rights: not yet.
  expect(asked(stateOf(10, seen), stateOf(8, seen))).toEqual([]);
  const first = removalsBetween(stateOf(10, unseen), stateOf(8, unseen));
  expect(first).toEqual([{ day: "2026-06-15", share: 0.02, rights: 0, unseen: { staff: 2 } }]);
  expect(asked(stateOf(8, seen, first), stateOf(6, seen))).toEqual([
    "43 % of all rights are removed in a week, more than 25 %",
  ]);
});

test("what somebody approved of stays in the sum where the program cannot tell that anybody had to", () => {
  const first = removalsBetween(stateOf(10, unseen), stateOf(5, unseen));
  expect(removalsBetween(stateOf(5, unseen, first), stateOf(4, unseen))).toHaveLength(2);
});

test("where nobody says who is in the team, its rights count as a share of its own", () => {
  expect(asked(stateOf(10, unseen), stateOf(8, unseen))).toEqual([]);
  expect(asked(stateOf(10, unseen), stateOf(7, unseen))).toEqual([
    "33 % of all rights are removed, more than 25 %",
  ]);
  const first = removalsBetween(stateOf(10, unseen), stateOf(8, unseen));
  expect(asked(stateOf(8, unseen, first), stateOf(7, unseen))).toHaveLength(1);
  // Somebody of whom it is known is one person, as before.
  expect(
    asked(
      stateOf(10, () => ["p0"]),
      stateOf(5, () => ["p0"]),
    ),
  ).toEqual([]);
});

test("what was removed in the last seven days counts, and nothing before", () => {
  const on = (day: string): Removal => ({ day, share: 0.1, rights: 5 });
  const [old, first, today] = ["2026-06-08", "2026-06-09", "2026-06-15"].map(on);
  expect(removalsSince([old!, first!, today!], "2026-06-15")).toEqual([first, today]);
  expect(removalsSince(undefined, "2026-06-15")).toEqual([]);
});
