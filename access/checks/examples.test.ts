/** Each check finds its bad example bad, exactly so and alone, and nothing in its good one. */
import { fileOf, problemsOf, settingsFor, warningsOf } from "../testing/company";
import { checks } from ".";
import type { Check, Example } from "./check";

const named = checks.map((check): [string, Check] => [check.name, check]);

test("each check has a name of its own, in kebab-case", () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  expect(checks.map(({ name }) => name).filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name))).toStrictEqual([]);
});

test.each(named)("%s finds nothing in its good example, and no check refuses it", (name, { examples }) => {
  expect(foundIn(examples.good, name)).toStrictEqual({ problem: [], warning: [] });
});

test.each(named)("%s alone finds its bad example, with line and column", (name, { level, examples }) => {
  expect(foundIn(examples.bad, name)).toStrictEqual({
    problem: [],
    warning: [],
    [level]: examples.bad.found.map((line) => `${line} [${name}]`),
  });
});

/** Every problem, and the warnings of one check. */
function foundIn(example: Example, name: string) {
  const text = fileOf(example);
  const settings = example.settings && settingsOf(example.settings);
  return {
    problem: problemsOf(text, settings),
    warning: warningsOf(text, settings).filter((line) => line.endsWith(`[${name}]`)),
  };
}

function settingsOf(given: NonNullable<Example["settings"]>) {
  const { "bitbucket.plan": plan = "premium", "pipelines.credential": credential = "rotated" } = given;
  const settings = settingsFor(given.environment, { plan });
  const people = given["keycloak.people"] ?? settings.keycloak.people;
  return { ...settings, keycloak: { ...settings.keycloak, people }, pipelines: { credential } };
}
