import fc from "fast-check";
import { byExactness, matches } from "./patterns";

test.each<[string, string[], string[]]>([
  ["PAY", ["PAY"], ["PAYX", "PA", ""]],
  ["*", ["PAY", ""], ["PAY/api"]],
  ["PAY/*", ["PAY/api", "PAY/"], ["PAY", "SHOP/api", "PAY/a/b"]],
  ["pay-*-api", ["pay-x-api", "pay--api"], ["pay-api", "pay-x-apis"]],
  ["a*a", ["aa", "aba"], ["a", "ab"]],
  ["*a*b*", ["ab", "xaxbx"], ["ba", "a/b"]],
  ["a.c", ["a.c"], ["abc"]],
])("%s stands for %j and not for %j", (pattern, yes, no) => {
  expect(yes.filter((name) => !matches(pattern, name))).toStrictEqual([]);
  expect(no.filter((name) => matches(pattern, name))).toStrictEqual([]);
});

test("it says what a regular expression would, which takes far too long for some", () => {
  const word = fc.array(fc.constantFrom("a", "b", "-"), { maxLength: 8 }).map((letters) => letters.join(""));
  const pattern = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("*"));
  fc.assert(
    fc.property(pattern, word, (glob, name) => {
      expect(matches(glob, name)).toBe(new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(name));
    }),
    { numRuns: 2_000 },
  );
  expect(matches(`${"a*".repeat(40)}b`, "a".repeat(2_000))).toBe(false);
});

test("exact names come before patterns, and patterns keep their order", () => {
  expect(byExactness({ "*": 1, b: 2, "a*": 3, a: 4 }).map(([key]) => key)).toStrictEqual([
    "b",
    "a",
    "*",
    "a*",
  ]);
});
