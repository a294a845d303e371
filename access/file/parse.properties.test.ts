/** Whatever somebody writes into our files, reading them answers. A failure prints the seed that makes it again. */
import fc from "fast-check";
import { stringify } from "yaml";
import { companyText, settingsFor } from "../testing/company";
import { parseAccess } from "./parse";
import { parseSettings, parseStackFile } from "../settings/settings";
import { readAccess } from "../checks/validate";

const runs = { numRuns: 200 };

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .array(fc.constantFrom(..."abc:[]{}&*!|>-'\"#%@,?\n  \t0~".split("")), { maxLength: 80 })
    .map((a) => a.join("")),
  fc.object({ key: keys(), maxDepth: 4 }).map((data) => stringify(data)),
);

/** What cannot be written as YAML is written as JSON, or not at all. */
function asYaml(data: unknown): string {
  try {
    return stringify(data);
  } catch {
    return String(data);
  }
}

test("reading never throws, whatever the text", () => {
  fc.assert(
    fc.property(anyText, (any) => {
      readAccess(any, "f");
      parseStackFile(any, "f");
    }),
    { numRuns: 1_000 },
  );
});

/** Patterns, so that the lock file is read and compared. */
const patterned = companyText
  .replace("      api: {", '      "a*": {')
  .replace("  TWO:", '  "T*":')
  .replace(", on: ONE/api }", ", on: ONE }");

test("reading a lock file never throws, whatever its text; what it says is a list of problems, or used", () => {
  const entry = fc.oneof(
    fc.constantFrom("api", "web", "ONE", "T*", "ONE/a*", "TWO", "__proto__", "../x"),
    keys(),
  );
  const nearly = fc.record(
    {
      workspace: fc.oneof(fc.constant("small"), fc.anything()),
      projects: fc.oneof(fc.dictionary(entry, fc.dictionary(entry, fc.string())), fc.anything()),
      repositories: fc.oneof(fc.dictionary(entry, fc.array(entry)), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const lock = fc.oneof(anyText, nearly.map(asYaml));
  let [refused, used] = [0, 0];
  fc.assert(
    fc.property(lock, (text) => {
      const read = readAccess(patterned, "access.yaml", settingsFor("dev"), { text, file: "lock" });
      if (read.ok) used += 1;
      else refused += 1;
      expect(read.ok || read.problems.every(({ found, fix }) => found !== "" && fix !== "")).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  expect(refused + used).toBe(2_000);
  const whole =
    '{ workspace: small, projects: { "T*": { TWO: Second } }, repositories: { "ONE/a*": [api] } }';
  expect(readAccess(patterned, "f", settingsFor("dev"), { text: whole, file: "lock" }).ok).toBe(true);
});

test("evaluating settings never throws, whatever the values", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (any) => {
      parseSettings(any, "f");
    }),
    runs,
  );
});

test("every problem of a file is at a place that the file has", () => {
  fc.assert(
    fc.property(fc.object({ key: keys(), maxDepth: 4 }), (data) => {
      const text = stringify(data);
      const parsed = parseAccess(text, "f");
      const lines = text.split("\n");
      for (const { line = 0, column = 0 } of parsed.ok ? [] : parsed.problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
    }),
    runs,
  );
});

/** Keys that our files know, and some that they do not. */
function keys(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      "company",
      "owners",
      "people",
      "teams",
      "owner",
      "members",
      "projects",
      "repositories",
      "deploys",
    ),
    fc.constantFrom(
      "protected",
      "grants",
      "team",
      "can",
      "on",
      "until",
      "config",
      "bitbucket-keycloak:keycloak",
      "url",
    ),
    fc.string({ maxLength: 8 }),
  );
}
