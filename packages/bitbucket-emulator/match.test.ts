import { branchTypeMatches, globMatches, selectorMatches } from "./match";

test.each([
  ["main", "main", true],
  ["main", "maint", false],
  ["release/*", "release/1", true],
  ["release/*", "release/1/fix", true],
  ["foo*", "barfoo", false],
  ["*", "any/thing", true],
  ["a.b", "axb", false],
])("a restriction on %s matches %s: %s", (pattern, branch, matches) => {
  expect(globMatches(pattern, branch)).toBe(matches);
});

test.each([
  ["feature/*", "feature/1", true],
  ["feature/*", "feature/1/2", false],
  ["feature/**", "feature/1/2", true],
  ["{main,release/*}", "release/1", true],
  ["{main,release/*}", "other", false],
  ["a,b", "a", false],
])("a pipeline for %s runs for %s: %s", (pattern, branch, matches) => {
  expect(selectorMatches(pattern, branch)).toBe(matches);
});

test.each([
  ["development", "main", true],
  ["development", "feature/x", false],
  ["feature", "feature/x", true],
  ["production", "main", false],
] as const)("%s of the branching model means %s: %s", (type, branch, matches) => {
  expect(branchTypeMatches(type, branch, "main")).toBe(matches);
});
