/** A name that YAML takes for something else is a problem with its line, and never another name. */
import { readExceptions } from "../exceptions";
import { renderProblem } from "../problem";
import { changed, problemsOf } from "../testing/company";

const numbers = ["007", "7", "1e3", "1.10", "0x1F", "0o17", "0b11", "1_000"].map((name) => [
  name,
  "a number",
]);
const booleans = ["yes", "no", "on", "off", "y", "true", "False"].map((name) => [name, "a boolean"]);
const others = [
  ["~", "an empty value"],
  ["null", "an empty value"],
  ["2027-06-30", "a date"],
];

test.each([...numbers, ...booleans, ...others])("%s without quotes is taken for %s", (name, kind) => {
  const told = `found ${name} without quotes, which YAML takes for ${kind}; write it in quotes`;
  const key = problemsOf(changed(["docs: {}", `${name}: {}`]));
  expect(key).toEqual([expect.stringMatching(/^31:7 {2}projects\.TWO\.repositories\./)]);
  expect(key[0]).toContain(told);
  expect(problemsOf(changed(["owner: hands", `owner: ${name}`]))).toEqual([
    `29:12  projects.TWO.owner: ${told}`,
  ]);
  expect(problemsOf(changed(["[ben, cem]", `[ben, ${name}]`]))).toEqual([
    `15:43  teams.makers.teams.hands.members[1]: ${told}`,
  ]);
});

test("in quotes, with a tag, or as what is no name, it is what it says", () => {
  for (const key of ['"007"', "'1e3'", "!!str 1.10", '? "no"\n      ', "v1.10", "12a"])
    expect(problemsOf(changed(["docs: {}", `${key}: {}`]))).toEqual([]);
  const grant = "{ team: hands, can: [read], on: TWO, until: 2027-06-30, reason: yes }";
  expect(problemsOf(changed(["grants:\n", `grants:\n  - ${grant}\n`]))).toEqual([]);
  expect(problemsOf(changed(["company: Small", "company: 007"]))).toEqual([
    "1:10  company: found 007 without quotes, which YAML takes for a number; write it in quotes",
  ]);
});

test("two names that were one are told as two", () => {
  expect(problemsOf(changed(["docs: {}", '"007": {}\n      "7": {}']))).toEqual([]);
  expect(problemsOf(changed(["docs: {}", "007: {}\n      7: {}"]))).toHaveLength(3);
});

test("the version that a file claims changes nothing", () => {
  const text = `%YAML 1.1\n---\n${changed(["docs: {}", "docs: {}\n      yes: {}"])}`;
  expect(problemsOf(text)).toEqual([expect.stringContaining("found yes without quotes")]);
});

test("in exceptions.yaml, too", () => {
  const source = "exceptions:\n  - { rule: r, on: realm, owner: 007, reason: R, until: 2027-01-31 }\n";
  const { problems } = readExceptions(source, { rules: ["r"], asOf: new Date("2026-12-01T00:00:00Z") });
  expect(problems.map(renderProblem)).toEqual([
    "exceptions.yaml:2:34  exceptions[0].owner: found 007 without quotes, which YAML takes for a number; write it in quotes",
  ]);
});
