/** When what breaks a rule goes through all the same: an exception that has not ended, or its having been so before. */
import { evaluateResource, type RunContext } from "./evaluate";
import type { Seen } from "./rule";
import { lifetimes } from "./rules/lifetimes";
import { protectedBranches } from "./rules/protectedBranches";

const asOf = new Date("2026-11-23T12:00:00Z");
const urn = "urn:pulumi:prod::p::bitbucket:index:BranchRestrictions::shop-web";
const type = "bitbucket:index:BranchRestrictions";
const half: Seen = {
  type,
  name: "shop-web",
  within: [],
  inputs: { repository: "shop-web", restrictions: [{ kind: "push", pattern: "main" }] },
  protect: false,
};
const run: RunContext = { asOf, exceptions: [] };
const levels = (context: RunContext, seen = half) =>
  evaluateResource(protectedBranches, seen, urn, context).map(({ level, because }) => [level, because]);
const exception = {
  rule: "protected-branches",
  on: "shop-web",
  owner: "ana",
  reason: "moves",
  until: "2026-11-23",
};

test("what breaks a rule on access stops the run", () => {
  expect(levels(run)).toEqual([["mandatory", undefined]]);
});

test("what was so before the run is told, and stops nothing; what is worse than before stops it", () => {
  const before = { asOf, resources: new Map([[urn, half]]) };
  expect(levels({ ...run, before })).toEqual([
    ["advisory", "it was so before, and this run does not touch it"],
  ]);
  const worse = { ...half, inputs: { ...half.inputs, restrictions: [{ kind: "force", pattern: "main" }] } };
  expect(levels({ ...run, before }, worse)).toEqual([["mandatory", undefined]]);
});

test("a rule that is not about access stops a run whatever was before", () => {
  const realm = { ...half, type: "keycloak:index/realm:Realm", inputs: { accessTokenLifespan: "2h0m0s" } };
  const before = { asOf, resources: new Map([[urn, realm]]) };
  expect(evaluateResource(lifetimes, realm, urn, { ...run, before }).map(({ level }) => level)).toEqual([
    "mandatory",
  ]);
});

test("an exception lets through until its last day, and no other thing", () => {
  expect(levels({ ...run, exceptions: [exception] })).toEqual([
    ["advisory", "excepted until 2026-11-23 by ana: moves"],
  ]);
  const after = { exceptions: [exception], asOf: new Date("2026-11-24T00:00:00Z") };
  const [evaluated] = evaluateResource(protectedBranches, half, urn, after);
  expect(evaluated).toMatchObject({
    level: "mandatory",
    found: expect.stringMatching(/its exception ended on 2026-11-23$/) as string,
  });
  expect(levels({ ...run, exceptions: [{ ...exception, on: "shop-search" }] })).toEqual([
    ["mandatory", undefined],
  ]);
});
