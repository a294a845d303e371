/** When what breaks a rule goes through all the same: an exception that has not ended, or its having been so before. */
import type { Model } from "../access";
import { readExceptions } from "./exceptions";
import { judgeResource, type Court } from "./judge";
import type { Seen } from "./rule";
import { rules } from "./rules";
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
const court: Court = { asOf, exceptions: [] };
const levels = (court: Court, seen = half) =>
  judgeResource(protectedBranches, seen, urn, court).map(({ level, because }) => [level, because]);
const exception = {
  rule: "protected-branches",
  on: "shop-web",
  owner: "ana",
  reason: "moves",
  until: "2026-11-23",
};

test("what breaks a rule on access stops the run", () => {
  expect(levels(court)).toEqual([["mandatory", undefined]]);
});

test("what was so before the run is told, and stops nothing; what is worse than before stops it", () => {
  const before = { asOf, resources: new Map([[urn, half]]) };
  expect(levels({ ...court, before })).toEqual([
    ["advisory", "it was so before, and this run does not touch it"],
  ]);
  const worse = { ...half, inputs: { ...half.inputs, restrictions: [{ kind: "force", pattern: "main" }] } };
  expect(levels({ ...court, before }, worse)).toEqual([["mandatory", undefined]]);
});

test("a rule that is not about access stops a run whatever was before", () => {
  const realm = { ...half, type: "keycloak:index/realm:Realm", inputs: { accessTokenLifespan: "2h0m0s" } };
  const before = { asOf, resources: new Map([[urn, realm]]) };
  expect(judgeResource(lifetimes, realm, urn, { ...court, before }).map(({ level }) => level)).toEqual([
    "mandatory",
  ]);
});

test("an exception lets through until its last day, and no other thing", () => {
  expect(levels({ ...court, exceptions: [exception] })).toEqual([
    ["advisory", "excepted until 2026-11-23 by ana: moves"],
  ]);
  const after = { exceptions: [exception], asOf: new Date("2026-11-24T00:00:00Z") };
  const [judged] = judgeResource(protectedBranches, half, urn, after);
  expect(judged).toMatchObject({
    level: "mandatory",
    found: expect.stringMatching(/its exception ended on 2026-11-23$/) as string,
  });
  expect(levels({ ...court, exceptions: [{ ...exception, on: "shop-search" }] })).toEqual([
    ["mandatory", undefined],
  ]);
});

describe("exceptions.yaml", () => {
  const model = { people: [{ username: "ana", name: "Ana", email: "ana@acme.example" }] } as unknown as Model;
  const read = (text: string) => readExceptions(text, { rules, model, asOf });
  const entry = (more: string) =>
    `exceptions:\n  - { rule: pkce, on: sign-in, owner: ana, reason: R, ${more} }\n`;

  test("is read", () => {
    expect(read(entry("until: 2027-01-31"))).toEqual({
      exceptions: [{ rule: "pkce", on: "sign-in", owner: "ana", reason: "R", until: "2027-01-31" }],
      problems: [],
    });
    expect(read("# nothing yet\n")).toEqual({ exceptions: [], problems: [] });
  });

  test.each([
    ["no end", "exceptions:\n  - { rule: pkce, on: sign-in, owner: ana, reason: R }\n", "exceptions.0.until"],
    [
      "no reason",
      'exceptions:\n  - { rule: pkce, on: x, owner: ana, reason: " ", until: 2027-01-31 }\n',
      "exceptions.0.reason",
    ],
    ["an end too far away", entry("until: 2029-01-31"), "exceptions.0.until"],
    ["an unknown rule", entry("until: 2027-01-31").replace("pkce", "pkc"), "exceptions.0.rule"],
    ["an owner nobody knows", entry("until: 2027-01-31").replace("ana", "zoe"), "exceptions.0.owner"],
    ["broken YAML", "exceptions: [", ""],
  ])("%s is a problem with a place", (_, text, path) => {
    const { problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: "exceptions.yaml", path });
    expect(problems[0]?.line).toBeGreaterThan(0);
  });
});
