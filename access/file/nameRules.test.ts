import { isBranchPattern, legalized, nameRules } from "./nameRules";

test.each([
  [
    "team",
    ["payments", "payments-leads", "a1"],
    ["Payments", "payments leads", "-a", "a-", "a--b", "1a", "a_b", ""],
  ],
  ["project", ["PAY", "P_1"], ["pay", "1P", "P-A", "_P", ""]],
  ["repository", ["payments-api", "a.b_c", "1"], ["Payments", "a/b", "a b", ""]],
  ["person", ["ana", "ana.alvarez", "ana@acme.example"], ["Ana", "a b", ".a", "a/b", ""]],
  [
    "account",
    ["{b07b07b0-7b07-4b07-8b07-b07b07b07b07}"],
    ["b07b07b0-7b07-4b07-8b07-b07b07b07b07", "{B07B07B0-7b07-4b07-8b07-b07b07b07b07}", "{}"],
  ],
] as const)("%s: %j are legal, %j are not", (kind, legal, illegal) => {
  const { pattern } = nameRules[kind];
  expect(legal.filter((name) => !pattern.test(name))).toStrictEqual([]);
  expect(illegal.filter((name) => pattern.test(name))).toStrictEqual([]);
});

test("branch patterns are legal names in which * stands for anything", () => {
  const legal = ["main", "release/*", "*", "hotfix/**", "v1.0", "feature/A-1_b"];
  const illegal = [
    "",
    "@",
    "a b",
    "a..b",
    "/a",
    "a/",
    "a//b",
    "a.",
    ".a",
    "a/.b",
    "a.lock",
    "a?",
    "[a]",
    "a~1",
    "a^",
    "a:b",
    "a\\b",
    "a@{b",
    "-a",
    "a\u0007",
  ];
  expect(legal.filter((pattern) => !isBranchPattern(pattern))).toStrictEqual([]);
  expect(illegal.filter(isBranchPattern)).toStrictEqual([]);
});

test.each([
  ["PaymentsLeads", "team", "payments-leads"],
  ["Payments Leads!", "team", "payments-leads"],
  ["pay-in", "project", "PAY_IN"],
  ["???", "team", undefined],
] as const)("%j as a %s becomes %j", (name, kind, legal) => {
  expect(legalized(name, nameRules[kind])).toBe(legal);
});
