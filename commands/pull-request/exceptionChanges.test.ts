import { exceptionChanges } from "./exceptionChanges";

const one = (rule: string, until: string, reason = "Hiring") =>
  `  - { rule: ${rule}, on: realm, owner: ana, reason: ${reason}, until: ${until} }\n`;
const file = (...entries: string[]) => `exceptions:\n${entries.join("")}`;
const shared = { file: "exceptions.yaml", previewed: true };

test("an exception that is new, one that ends later, and one that is taken away", () => {
  const before = file(
    one("pkce", "2026-12-31"),
    one("two-owners", "2026-12-31"),
    one("lifetimes", "2026-12-31"),
  );
  const after = file(
    one("events-kept", "2026-12-31"),
    one("two-owners", "2027-01-31"),
    one("lifetimes", "2026-12-31"),
  );
  expect(exceptionChanges(before, after)).toEqual([
    { ...shared, setting: "events-kept on realm", after: "until 2026-12-31 by ana: Hiring" },
    { ...shared, setting: "pkce on realm", before: "until 2026-12-31 by ana: Hiring" },
    {
      ...shared,
      setting: "two-owners on realm",
      before: "until 2026-12-31 by ana: Hiring",
      after: "until 2027-01-31 by ana: Hiring",
    },
  ]);
});

test("a file that comes is all new, one that goes takes all away, and none is no change", () => {
  const text = file(one("pkce", "2026-12-31"));
  expect(exceptionChanges(undefined, text)).toEqual([
    { ...shared, setting: "pkce on realm", after: "until 2026-12-31 by ana: Hiring" },
  ]);
  expect(exceptionChanges(text, undefined)).toEqual([
    { ...shared, setting: "pkce on realm", before: "until 2026-12-31 by ana: Hiring" },
  ]);
  expect(exceptionChanges(undefined, "# nothing yet\n")).toEqual([]);
});

test("of two that are about the same thing, the first counts, as it does for the rules", () => {
  const text = file(one("pkce", "2026-12-31"), one("pkce", "2027-01-31"));
  expect(exceptionChanges(undefined, text)).toEqual([
    { ...shared, setting: "pkce on realm", after: "until 2026-12-31 by ana: Hiring" },
  ]);
});
