import { pagesOf } from "@bitbucket-keycloak/pulumi-plugin/pages";
import { bitbucket } from "./provider";

const pages = pagesOf(bitbucket);

test("everything has an example that names it", () => {
  const { resources, functions = [] } = bitbucket;
  const without = [...resources, ...functions].filter(
    ({ name, example = "" }) => !example.includes(`bitbucket.${name}(`),
  );
  expect(without.map(({ name }) => name)).toEqual([]);
});

test("a page says what a property is, what it is when it is left out, and how to import", () => {
  const page = pages.get("BranchRestrictions.md") ?? "";
  expect(page).toContain(
    "| `workspace` | text | Required. Slug of the workspace, for example `acme`. Another value makes a new resource. |",
  );
  expect(page).toContain("| `restrictions` | list of [BranchRestriction](#branchrestriction) | Required. ");
  expect(page).toContain("Default: `false`. |");
  expect(page).toContain(
    "pulumi import bitbucket:index:BranchRestrictions <name> 'workspace/repository' --generate-code=false",
  );
  expect(pages.get("WorkspaceHook.md")).toMatch(/\| `secret` \| text \| .* Secret\. \|/);
});
