import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { checksPage } from "./checksPage";

test("the committed page of checks is that of the checks; npm run docs writes it", () => {
  expect(readFileSync(join(root, "docs/reference/checks.md"), "utf8")).toBe(checksPage());
});

test("a check is on the page with its level, its control, its mistake and what is said of it", () => {
  const page = checksPage();
  expect(page).toContain(
    "| [`agent-grants`](#agent-grants) | no grant makes an agent an administrator | problem | SOC 2 CC6.3; ISO 27001 A.8.2 |\n",
  );
  expect(page).toContain(
    [
      "## stack-environment",
      "",
      "The stack stands for an environment of the file.",
      "",
      "Refused, where the stack file says `environment: qa`:",
      "",
      "```yaml",
      "environments: { dev: { type: test }, prod: { type: production } }",
      "```",
      "",
      "```text",
      'access.yaml:1:1  environments: found no environment "qa", which the stack stands for; allowed: dev, prod; declare it, or change the setting "environment" of the stack file [stack-environment]',
      "```",
      "",
      "Fine, where the stack file says `environment: dev`:",
    ].join("\n"),
  );
});
