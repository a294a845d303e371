import { acme, factsFor } from "../testing/facts";
import { headOf } from "../produce";
import { pageData } from "./content";
import { Rights } from "./decode";
import { matcher, noFilter, viewOf, type Filter } from "./filter";

const facts = factsFor(acme());
const data = pageData(facts, headOf(facts, { madeAt: facts.asOf }), []);
const rights = new Rights(data);
const names = data.capabilities.map(({ name }) => name);
const view = (filter: Partial<Filter>) =>
  viewOf(rights, names, { ...noFilter, columns: "repositories", ...filter });
const told = (filter: Partial<Filter>) => {
  const { rows, columns, count } = view(filter);
  return [rows.map(({ who }) => who), columns.map(({ project, label }) => `${project} ${label}`), count];
};

test("everything at first", () => {
  const { rows, columns, count } = view({});
  expect([rows.length, columns.length, count]).toEqual([11, 12, 260]);
  expect(view({ columns: "projects" }).columns.map(({ label, length }) => [label, length])).toEqual([
    ["PAY", 4],
    ["PLAT", 4],
    ["SHOP", 4],
  ]);
});

test("who may deploy to production, and where", () => {
  expect(told({ capability: "deploy:prod", places: "shop" })).toEqual([
    ["fatima"],
    ["SHOP shop-search", "SHOP shop-web"],
    2,
  ]);
  expect(told({ capability: "administer", only: "granted" })).toEqual([[], [], 0]);
  expect(told({ only: "privileged", people: "alvarez" })).toEqual([["ana"], ["PLAT identity"], 2]);
});

test("people are found by name, user name and team; who is looked for is shown without a right, too", () => {
  expect(told({ people: "SATO" })[0]).toEqual(["hana"]);
  expect(told({ people: "platform" })[0]).toEqual(["ben", "ivo"]);
  expect(told({ team: "support" })[0]).toEqual(["june"]);
  expect(matcher("zoe noel")("Noël Zoë, noel")).toBe(true);
  expect(matcher("zoe")("noel")).toBe(false);
});

test("a cell has the strongest of what is shown, and tells how it comes about", () => {
  const ben = rights.holders.find(({ who }) => who === "ben")!;
  const api = rights.targets.indexOf("PAY/payments-api");
  expect(rights.namesOf(rights.at(ben.index, api))).toEqual([
    "read",
    "trigger",
    "deploy:dev",
    "deploy:staging",
    "merge",
    "deploy:prod",
    "administer",
  ]);
  expect(rights.ways(ben, api)[1]).toEqual({
    bit: 5,
    capability: "deploy:prod",
    granted: true,
    privileged: true,
    path: ["ben", "platform", "PAY/payments-api", "admin"],
    reason: "The platform team is on call for production",
  });
});
