/** What the page unpacks is what was packed into it: each cell, and each way to it. */
import { accessText } from "../../test/bench/modelText";
import { modelOf } from "../../access/testing/company";
import type { Model } from "../../access";
import { acme, acmeText, factsFor } from "../testing/facts";
import { holdersOf } from "../holders";
import { headOf } from "../produce";
import { rightsOf, wayOf } from "../rights";
import { pageData } from "./content";
import { Rights } from "./decode";

const companies: readonly [string, () => Model][] = [
  ["Acme", acme],
  [
    "one with a gap between alike repositories",
    () =>
      modelOf(
        `${acmeText}  - { team: support, can: [merge], on: [PAY/payments-api, PAY/payments-ledger] }\n`,
      ),
  ],
  ["a larger company", () => modelOf(accessText({ people: 60, teams: 20, repositories: 40 }))],
];

test.each(companies)("%s", (_, make) => {
  const facts = factsFor(make());
  const rights = new Rights(pageData(facts, headOf(facts, { madeAt: facts.asOf }), []));
  const told = rights.holders.flatMap((holder) =>
    rights.targets.flatMap((target, index) =>
      rights
        .ways(holder, index)
        .map(({ capability, path }) => `${holder.who} ${capability} ${target}: ${path.join(" → ")}`),
    ),
  );
  const packed = [...rightsOf(facts.entitlements, holdersOf(facts.model, facts))].flatMap(
    ({ who, best, others }) =>
      [best, ...others].map((one) => `${who} ${one.capability} ${one.target}: ${wayOf(who, one)}`),
  );
  expect(told.length).toBeGreaterThan(200);
  expect(told.sort()).toEqual(packed.sort());
  const held = rights.holders.flatMap(({ who, index }) =>
    rights.targets.flatMap((target, place) =>
      rights.namesOf(rights.at(index, place)).map((capability) => `${who} ${capability} ${target}`),
    ),
  );
  expect(held.sort()).toEqual(
    [...new Set(packed.map((one) => one.split(":").slice(0, -1).join(":")))].sort(),
  );
});
