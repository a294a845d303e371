import { entitlementsOf } from "../access";
import { companyText, modelOf } from "../access/testing/company";
import { factsFor } from "./testing/facts";
import { holdersOf } from "./holders";
import { rightsOf, wayOf } from "./rights";

const asOf = new Date("2026-06-15T12:00:00Z");

function rights(text: string, more: Parameters<typeof factsFor>[1] = {}) {
  const model = modelOf(text);
  const holders = holdersOf(model, factsFor(model, more));
  return [...rightsOf(entitlementsOf(model, asOf), holders)];
}

test("a person has what their teams have, once, by the way that tells most, and by the others", () => {
  const of = rights(
    `${companyText}  - { person: cem, can: [trigger], on: ONE/api, until: 2026-12-31, reason: Helps }\n`,
  );
  const mine = of.filter(
    ({ who, best }) => who === "cem" && best.target === "ONE/api" && best.capability === "trigger",
  );
  expect(mine).toHaveLength(1);
  const [{ best, others }] = mine as [(typeof mine)[number]];
  expect([wayOf("cem", best), ...others.map((one) => wayOf("cem", one))]).toEqual([
    "cem → hands → makers → ONE → write",
    "cem → ONE/api → write",
  ]);
});

test("who is disabled in Keycloak holds nothing by a team; what was granted to them alone stays", () => {
  const realm = {
    ok: true,
    value: { accounts: [{ username: "cem", enabled: false }], teams: new Map(), failures: [] },
    source: "realm",
  } as const;
  const text = `${companyText}  - { person: cem, can: [read], on: TWO/docs, until: 2026-12-31, reason: Reads }\n`;
  const of = rights(text, { realm }).filter(({ who }) => who === "cem");
  expect(of.map(({ best }) => `${best.capability} ${best.target}`)).toEqual(["read TWO/docs"]);
});

test("a team whose people nobody could name stands for itself; one that Keycloak names does not", () => {
  const text = companyText.replace("hands: { owner: ana, members: [ben, cem] }", "hands: { owner: ana }");
  const unknown = { ok: false, cause: "no answer", source: "realm" } as const;
  const people = (more: Parameters<typeof factsFor>[1]) => [
    ...new Set(rights(text, more).map(({ kind, who }) => `${kind} ${who}`)),
  ];
  expect(people({ realm: unknown })).toEqual(["person ana", "team hands", "team makers"]);
  const teams = new Map([
    ["hands", ["zoe"]],
    ["makers", []],
  ]);
  const known = { ok: true, value: { accounts: [], teams, failures: [] }, source: "realm" } as const;
  expect(people({ realm: known })).toEqual(["person ana", "person zoe"]);
});
