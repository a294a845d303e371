import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checks } from "./checks";
import { breaks, breaksTable } from "../../test/e2e/world/breaks";

const guide = readFileSync(join(__dirname, "../../docs/guide/verify.md"), "utf8");

test("the guide's table is that of the breaks which the end-to-end test makes", () => {
  expect(guide).toContain(breaksTable());
  expect(guide).toContain(`${checks.length} checks`);
});

test("every break is found by checks that there are, and every check that can be broken by hand finds one", () => {
  const names = checks.map(({ name }) => name);
  expect(breaks.flatMap(({ found }) => found).filter((name) => !names.includes(name))).toEqual([]);
  const found = new Set(breaks.flatMap((one) => one.found));
  // What only a stack that signs in by SAML has is broken in test/e2e/saml.test.ts.
  const here = names.filter((name) => !name.startsWith("saml-"));
  // Keycloak's own behaviour, and what stands in the way of every other check too.
  expect(here.filter((name) => !found.has(name))).toEqual(["login-page"]);
});
