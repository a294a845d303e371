import { concernedBy } from "./previewRequest";

test("every environment is concerned by what is true everywhere, one by its own settings, none by anything else", () => {
  const stacks = ["prod", "dev"];
  expect(concernedBy({ changed: ["access.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["access.lock.yaml", "stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.new.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(["dev"]);
  expect(concernedBy({ changed: [] }, stacks)).toEqual([]);
});
