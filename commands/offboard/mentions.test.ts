import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAccess } from "../../access";
import { mentionsIn, mentionText, withoutPerson } from "./mentions";

const acme = readFileSync(join(__dirname, "../../test/fixtures/acme.yaml"), "utf8");
const texts = (access: string, exceptions?: string) =>
  new Map([
    ["access.yaml", access],
    ...(exceptions === undefined ? [] : [["exceptions.yaml", exceptions] as const]),
  ]);
const told = (access: string, person: string, exceptions?: string) =>
  mentionsIn(texts(access, exceptions), person, 2).map(mentionText);

test("who is a member alone is taken out of everything, and every other byte stays", () => {
  expect(told(acme, "dora")).toEqual([
    "access.yaml:34: dora is in the members of team payments: take the name out",
    "access.yaml:18: dora is among the people: take the name out",
  ]);
  const left = withoutPerson(texts(acme), "dora", 2);
  expect(left).toBe(acme.replace(/ {2}dora: .*\n/, "").replace("[dora, emil]", "[emil]"));
  expect(readAccess(left, "access.yaml").ok).toBe(true);
});

test("who owns something stays among the people until somebody has named another", () => {
  expect(told(acme, "chen")).toEqual([
    "access.yaml:32: chen owns team payments: name another owner",
    "access.yaml:37: chen owns team payments-leads: name another owner",
    "access.yaml:38: chen is in the members of team payments-leads: take the name out",
    "access.yaml:17: chen is among the people: take the name out once it stands nowhere else",
  ]);
  const left = withoutPerson(texts(acme), "chen", 2);
  expect(left).toBe(acme.replace("members: [chen]", "members: []"));
  expect(readAccess(left, "access.yaml").ok).toBe(true);
});

test("who owns an agent is named with it, and stays among the people", () => {
  expect(told(acme, "ben")).toContain("access.yaml:62: ben owns agent release-bot: name another owner");
  const without = acme
    .replace(/\bben\b/g, "ana")
    .replace("  release-bot:\n    owner: ana", "  release-bot:\n    owner: dora");
  expect(told(without, "dora")).toEqual([
    "access.yaml:34: dora is in the members of team payments: take the name out",
    "access.yaml:62: dora owns agent release-bot: name another owner",
    "access.yaml:18: dora is among the people: take the name out once it stands nowhere else",
  ]);
});

test("one of the last owners is a person's to replace, one of more is not", () => {
  expect(told(acme, "ana")[0]).toBe(
    "access.yaml:7: ana is one of the owners: name another, since there have to be 2",
  );
  const three = acme.replace("owners: [ana, ben]", "owners: [ana, ben, emil]");
  expect(withoutPerson(texts(three), "emil", 2)).toContain("owners: [ana, ben] #");
});

test("a grant to the person goes as a whole", () => {
  const grant = `  - person: dora # for the audit
    can: [merge]
    on: [PAY, SHOP/shop-web]
    until: 2026-12-31
    reason: Looks after it
`;
  const granted = acme.replace("grants:\n", `grants:\n${grant}`);
  expect(told(granted, "dora")).toContain(
    "access.yaml:100: dora is granted merge on PAY, SHOP/shop-web: take the name out",
  );
  expect(withoutPerson(texts(granted), "dora", 2)).toBe(withoutPerson(texts(acme), "dora", 2));
});

test("an exception that they answer for keeps them among the people", () => {
  const exceptions = `exceptions:\n  - { rule: events-kept, on: realm, owner: dora, reason: Later, until: "2027-01-31" }\n`;
  expect(told(acme, "dora", exceptions).slice(1)).toEqual([
    "exceptions.yaml:2: dora owns the exception from events-kept: name another owner",
    "access.yaml:18: dora is among the people: take the name out once it stands nowhere else",
  ]);
});

test("a name that is part of another is not that one", () => {
  expect(told(acme, "do")).toEqual([]);
});
