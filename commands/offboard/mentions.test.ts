import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAccess } from "../../access";
import { mentionText, removalOf } from "./mentions";

const acme = readFileSync(join(__dirname, "../../test/fixtures/acme.yaml"), "utf8");
const texts = (access: string, exceptions?: string) =>
  new Map([
    ["access.yaml", access],
    ...(exceptions === undefined ? [] : [["exceptions.yaml", exceptions] as const]),
  ]);
const told = (access: string, person: string, exceptions?: string) =>
  removalOf(texts(access, exceptions), person, 2).mentions.map(mentionText);
const without = (access: string, person: string) => removalOf(texts(access), person, 2).text;

test("who is a member alone is taken out of everything, and every other byte stays", () => {
  expect(told(acme, "dora")).toEqual([
    "access.yaml:34:19: dora is in the members of team payments: take the name out",
    "access.yaml:18:3: dora is among the people: take the name out",
  ]);
  const left = without(acme, "dora");
  expect(left).toBe(acme.replace(/ {2}dora: .*\n/, "").replace("[dora, emil]", "[emil]"));
  expect(readAccess(left, "access.yaml").ok).toBe(true);
});

test("who owns something stays among the people until somebody has named another", () => {
  expect(told(acme, "chen")).toEqual([
    "access.yaml:32:16: chen owns team payments: name another owner",
    "access.yaml:37:20: chen owns team payments-leads: name another owner",
    "access.yaml:38:23: chen is in the members of team payments-leads: take the name out",
    "access.yaml:17:3: chen is among the people: take the name out once it stands nowhere else",
  ]);
  const left = without(acme, "chen");
  expect(left).toBe(acme.replace("members: [chen]", "members: []"));
  expect(readAccess(left, "access.yaml").ok).toBe(true);
});

test("who owns an agent is named with it, and stays among the people", () => {
  expect(told(acme, "ben")).toContain("access.yaml:62:12: ben owns agent release-bot: name another owner");
  const doras = acme
    .replace(/^ {2}ben: .*\n/m, "")
    .replace(/\bben\b/g, "ana")
    .replace("  release-bot:\n    owner: ana", "  release-bot:\n    owner: dora");
  expect(told(doras, "dora")).toEqual([
    "access.yaml:33:19: dora is in the members of team payments: take the name out",
    "access.yaml:61:12: dora owns agent release-bot: name another owner",
    "access.yaml:17:3: dora is among the people: take the name out once it stands nowhere else",
  ]);
});

test("one of the last owners is a person's to replace, one of more is not", () => {
  expect(told(acme, "ana")[0]).toBe(
    "access.yaml:7:10: ana is one of the owners: name another, since there have to be 2",
  );
  const three = acme.replace("owners: [ana, ben]", "owners: [ana, ben, emil]");
  expect(without(three, "emil")).toContain("owners: [ana, ben] #");
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
    "access.yaml:100:13: dora is granted merge on PAY, SHOP/shop-web: take the name out",
  );
  expect(without(granted, "dora")).toBe(without(acme, "dora"));
});

test("an exception that they answer for keeps them among the people", () => {
  const exceptions = `exceptions:\n  - { rule: events-kept, on: realm, owner: dora, reason: Later, until: "2027-01-31" }\n`;
  expect(told(acme, "dora", exceptions).slice(1)).toEqual([
    "exceptions.yaml:2:44: dora owns the exception from events-kept: name another owner",
    "access.yaml:18:3: dora is among the people: take the name out once it stands nowhere else",
  ]);
});

test("a name that is part of another is not that one", () => {
  expect(told(acme, "do")).toEqual([]);
});
