/** Repositories, projects and environments by other names and in other places: what of it is a right, and what is none. */
import { asOf } from "../testing/anyCompany";
import { companyText, modelOf, settingsFor } from "../testing/company";
import { needsOf } from "./approvals";
import { differenceOf } from "./difference";
import { guardChangesOf } from "./guardChanges";
import { knownAt } from "./known";
import { namesBetween } from "./names/names";

type Change = readonly [before: string, after: string];

const grants = [
  "team: makers, can: [trigger], on: ONE",
  "team: hands, can: [administer], on: TWO",
  'team: leads, can: [merge, "deploy:prod"], on: ONE/api',
];
const text = `${companyText.split("grants:")[0] ?? ""}grants:\n${grants.map((one) => `  - { ${one} }\n`).join("")}`;
const stateOf = (of: string, environment: string) =>
  knownAt({ model: modelOf(of), settings: settingsFor(environment), exceptions: [], asOf }, () => []);

function compared(changes: readonly Change[], environment = "prod") {
  const after = stateOf(
    changes.reduce((all, [one, other]) => {
      if (!all.includes(one)) throw new Error(`the company has no ${one}`);
      return all.replaceAll(one, other);
    }, text),
    environment,
  );
  const before = stateOf(text, "prod");
  const { gained, lost } = differenceOf(before, after);
  const line = ({ subject, capability, target }: (typeof gained)[number]) =>
    `${subject.name} ${capability} ${target}`;
  return {
    said: namesBetween(before, after, { gained, lost }).map(({ what }) => what),
    gained: gained.map(line),
    lost: lost.map(line),
    guards: guardChangesOf(before, after).map(
      ({ what, before: was, after: is }) => `${what}: ${was ?? "-"} > ${is ?? "-"}`,
    ),
    needs: needsOf(before, after).map(
      ({ reason, projects }) => `${projects.join(" ") || "company"}: ${reason}`,
    ),
  };
}
const nothing = { gained: [], lost: [], guards: [], needs: [] };

const rename: readonly Change[] = [
  ["      api: {", "      core: { previously: api,"],
  ["ONE/api", "ONE/core"],
];
const rekey: readonly Change[] = [
  ["  ONE:\n", "  FIRST:\n    previously: ONE\n"],
  ["on: ONE", "on: FIRST"],
];
const reenvironment: readonly Change[] = [
  ["  prod: {", "  live: { previously: prod,"],
  ["deploy:prod", "deploy:live"],
  ["dev, prod]", "dev, live]"],
];

test.each<[string, readonly Change[], string[], string]>([
  ["a repository by another name", rename, ["repository api is renamed to core"], "prod"],
  ["a project by another key", rekey, ["project ONE is renamed to FIRST"], "prod"],
  ["an environment by another name", reenvironment, ["environment prod is renamed to live"], "live"],
  [
    "all of them at once",
    [...rename, ...rekey.map(([one, other]) => [one, other] as const), ...reenvironment],
    [
      "project ONE is renamed to FIRST",
      "repository api is renamed to core",
      "environment prod is renamed to live",
    ],
    "live",
  ],
])("%s gives and takes nothing, and nobody is asked", (_, changes, said, environment) => {
  expect(compared(changes, environment)).toEqual({ ...nothing, said });
});

test("what comes with another name is not hidden by it", () => {
  const more: Change = ["grants:\n", "grants:\n  - { team: guests, can: [administer], on: ONE/core }\n"];
  const { gained, needs } = compared([...rename, more]);
  expect(gained).toContain("guests administer ONE/core");
  // By the names of before, as whoever is asked knows them.
  expect(needs).toEqual(["ONE: team guests gains deploy:prod on ONE/api"]);
});

test("whoever answers for a project by its old key is asked about what comes with another key", () => {
  const more: Change = ["grants:\n", "grants:\n  - { team: guests, can: [administer], on: FIRST/api }\n"];
  expect(compared([...rekey, more]).needs).toEqual(["ONE: team guests gains deploy:prod on ONE/api"]);
});

test("a name that somebody else has already is no new name", () => {
  const { said, lost } = compared([
    ["      api: { deploys: [dev, prod] }\n", ""],
    ["      web: {", "      web: { previously: api,"],
    ['  - { team: leads, can: [merge, "deploy:prod"], on: ONE/api }\n', ""],
  ]);
  expect(said).toEqual([]);
  expect(lost).toContain("leads merge ONE/api");
});

const move: readonly Change[] = [
  ["      web: { deploys: [dev], protected: {} }\n", ""],
  ["      docs: {", "      web: { deploys: [dev], protected: {} }\n      docs: {"],
];

test("a repository that moves is one change: those of its new project gain, those of the old one lose", () => {
  const { said, gained, lost } = compared(move);
  expect(said).toEqual(["repository web moves from project ONE to TWO"]);
  // As members of makers they could do the rest already.
  expect(gained).toEqual(["hands administer TWO/web"]);
  expect(lost.every((line) => /^makers .* TWO\/web$/.test(line))).toBe(true);
  expect(lost.length).toBeGreaterThan(0);
});

test("it is no new repository of its project, whose grants somebody has approved of", () => {
  const guarded = (of: readonly Change[]): Change[] => of.map(([was, is]) => [was, is].map((one) => one.replace("[dev], protected", "[dev, prod], protected")) as [string, string]); // prettier-ignore
  const withProd = guarded([[text, text]])[0]![0];
  const after = guarded(move).reduce((all, [was, is]) => all.replace(was, is), withProd);
  expect(after).not.toBe(withProd);
  const needs = needsOf(stateOf(withProd, "prod"), stateOf(after, "prod"));
  expect(needs.map(({ reason }) => reason)).toContain("team hands gains deploy:prod on TWO/web");
});

test("the order of environments means nothing but their order", () => {
  const [dev = "", prod = ""] = text.match(/^ {2}(dev|prod): \{.*\}\n/gm) ?? [];
  expect(compared([[dev + prod, prod + dev]])).toEqual({ ...nothing, said: [] });
});
