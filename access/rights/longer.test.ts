/** What a change does to rights that there were, and to the people behind them: found by sequences of changes made by chance. */
import { asOf } from "../testing/anyCompany";
import { changed, modelOf, settingsFor } from "../testing/company";
import { asksOf, needsOf } from "./approvals";
import { knownAt, type Known } from "./known";

type Change = readonly [before: string, after: string];
const grant = (line: string): Change => ["grants:\n", `grants:\n  - { ${line} }\n`];

const known = (...changes: readonly Change[]): Known =>
  knownAt(
    { model: modelOf(changed(...changes)), settings: settingsFor("prod"), exceptions: [], asOf },
    () => undefined,
  );

/** `place (approvers): reason`, a line each. */
function asked(base: readonly Change[], ...changes: readonly Change[]): string[] {
  const [before, after] = [known(...base), known(...base, ...changes)];
  return asksOf(needsOf(before, after), before).map(
    ({ need, place, approvers }) => `${place} (${approvers.join(" ")}): ${need.reason}`,
  );
}

const lent = [grant("team: leads, can: [deploy:prod], on: ONE/api, until: 2026-09-30")];

test("who keeps a right for longer does not approve of it", () => {
  expect(asked(lent, ["until: 2026-09-30", "until: 2026-12-31"])).toEqual([
    "project ONE (ben): team leads keeps until 2026-12-31 instead of 2026-09-30 deploy:prod on ONE/api",
  ]);
});

test("a right is kept for longer by joining a team that has it for longer", () => {
  const base = [
    ...lent,
    grant("team: guests, can: [deploy:prod], on: ONE/api"),
    ["guests: { owner: ben, members: [] }", "guests: { owner: ben, members: [cem] }"] as const,
  ];
  expect(asked(base, ["owner: ben, members: [cem] }", "owner: ben, members: [cem, ana] }"])).toEqual([
    "project ONE (ben): person ana keeps until it is taken away instead of 2026-09-30 deploy:prod on ONE/api",
  ]);
});

const atomsOf = (before: Known, after: Known) => needsOf(before, after).flatMap(({ atoms }) => atoms);

test.each<[string, Change, Change, Change]>([
  [
    "who gains a right",
    grant("team: guests, can: [deploy:prod], on: ONE/api"),
    ["guests: { owner: ben, members: [] }", "guests: { owner: ben, members: [dan] }"],
    ["dan@small.example", "mallory@small.example"],
  ],
  [
    "who may approve from now on",
    ["members: [ana]", "members: [ana, dan]"],
    ["name: Dan", "name: Daniel"],
    ["dan@small.example", "mallory@small.example"],
  ],
])("%s is approved of with who that is", (_, first, second, other) => {
  const dan: Change = ["  cem: {", "  dan: { name: Dan, email: dan@small.example }\n  cem: {"];
  const before = known();
  const given = atomsOf(before, known(dan, first, second));
  expect(given).not.toEqual([]);
  const left = atomsOf(before, known(dan, first, second, other)).filter((atom) => given.includes(atom));
  expect(left.filter((atom) => atom.includes("dan"))).toEqual([]);
});

test("who becomes an administrator by a grant to deploy is named, though they could deploy before", () => {
  const open = [
    [", restricted: true", ""] as const,
    ["guests: { owner: ben, members: [] }", "guests: { owner: ben, members: [ben] }"] as const,
  ];
  const gate: Change = ["{ type: production }", "{ type: production, restricted: true }"];
  const deploys = grant("team: guests, can: [deploy:prod], on: ONE/api");
  const empty: Change = ["members: [ben] }", "members: [] }"];
  const [alone, joined] = [
    atomsOf(known(...open), known(...open, gate, deploys, empty)),
    atomsOf(known(...open), known(...open, gate, deploys)),
  ];
  expect(joined.filter((atom) => !alone.includes(atom)).some((atom) => atom.includes('"ben"'))).toBe(true);
});

test("a team is left to Keycloak: asked about where it can do something grave", () => {
  expect(asked(lent, ["leads: { owner: ana, members: [ana] }", "leads: { owner: ana }"])).toContain(
    "the company (ana ben): who is in team leads changes from those of access.yaml to those of Keycloak",
  );
  expect(asked([], ["guests: { owner: ben, members: [] }", "guests: { owner: ben }"])).toEqual([]);
});
