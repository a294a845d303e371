/** Whatever somebody writes into our files, reading them answers. A failure prints the seed that makes it again. */
import fc from "fast-check";
import { stringify } from "yaml";
import { parseAccess } from "./parse";
import { parseSettings, parseStackFile } from "./settings";
import { readAccess } from "./validate";

const runs = { numRuns: 200 };

test("reading never throws, whatever the text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc
      .array(fc.constantFrom(..."abc:[]{}&*!|>-'\"#%@,?\n  \t0~".split("")), { maxLength: 80 })
      .map((a) => a.join("")),
    fc.object({ key: keys(), maxDepth: 4 }).map((data) => stringify(data)),
  );
  fc.assert(
    fc.property(text, (any) => {
      readAccess(any, "f");
      parseStackFile(any, "f");
    }),
    { numRuns: 1_000 },
  );
});

test("judging dials never throws, whatever the values", () => {
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
