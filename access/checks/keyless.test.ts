import type { PipelineCredential } from "../vocabulary";
import { changed, companyText, problemsOf, settingsFor } from "../testing/company";

const stack = (environment: string, credential: PipelineCredential) => ({
  ...settingsFor(environment),
  pipelines: { credential },
});
const unbound = (place: string, credential: string, environment: string) =>
  `${place}: found the pipeline credential "${credential}" for "${environment}", to which everybody who may write can deploy from a branch of their own; allowed: a restricted environment, or a protected branch that is written out, as in main; restrict ${environment}, protect a branch, or write "credential: rotated" at the repository [bound-pipelines]`;
const web = "web: { deploys: [dev], protected: {} }";
const ofWeb = (rest: string) => changed([web, `web: { deploys: [dev], ${rest} }`]);

test("by the setting: what is neither restricted nor on a protected branch, in the environment of the stack alone", () => {
  const place = "26:23  projects.ONE.repositories.web.deploys";
  for (const credential of ["keyless", "both"] as const) {
    expect(problemsOf(companyText, stack("dev", credential))).toStrictEqual([
      unbound(place, credential, "dev"),
    ]);
  }
  expect(problemsOf(companyText, stack("dev", "rotated"))).toStrictEqual([]);
  expect(problemsOf(companyText, stack("prod", "keyless"))).toStrictEqual([]);
  expect(problemsOf(companyText)).toStrictEqual([]);
});

test("a branch by pattern is none that a token could name", () => {
  expect(problemsOf(ofWeb('protected: { "release/*": {} }'), stack("dev", "keyless"))).toHaveLength(1);
  expect(
    problemsOf(ofWeb('protected: { "release/*": {}, main: {} }'), stack("dev", "keyless")),
  ).toStrictEqual([]);
});

test("at the repository: it overrules the setting, and counts in every environment, also without a stack", () => {
  expect(problemsOf(ofWeb("protected: {}, credential: rotated"), stack("dev", "keyless"))).toStrictEqual([]);
  const place = "26:57  projects.ONE.repositories.web.credential";
  for (const settings of [undefined, stack("prod", "rotated")]) {
    expect(problemsOf(ofWeb("protected: {}, credential: keyless"), settings)).toStrictEqual([
      unbound(place, "keyless", "dev"),
    ]);
  }
});

test("an environment that only administrators deploy to needs no branch", () => {
  const text = changed(["{ type: test }", "{ type: test, restricted: true }"]);
  expect(problemsOf(text, stack("dev", "keyless"))).toStrictEqual([]);
});

test("another word is answered with those that there are", () => {
  expect(problemsOf(ofWeb("credential: keyles"))).toStrictEqual([
    '26:42  projects.ONE.repositories.web.credential: found "keyles"; allowed: keyless, rotated, both; did you mean "keyless"?',
  ]);
});
