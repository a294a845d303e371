import { concernedBy } from "./previewRequest";
import { withoutCredentials } from "./credentials";

const env = { KEYCLOAK_CLIENT_ID: "runner", KEYCLOAK_CLIENT_SECRET: "secret-of-all" };

test("no credential stands in a text, even one within another", () => {
  const text = withoutCredentials("a secret-of-all-things, secret-of-all", {
    ...env,
    B_TOKEN: "secret-of-all-things",
  });
  expect(text).toBe("a $B_TOKEN, $KEYCLOAK_CLIENT_SECRET");
});

test("every environment is concerned by what is true everywhere, one by its own settings, none by anything else", () => {
  const stacks = ["prod", "dev"];
  expect(concernedBy({ changed: ["access.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["access.lock.yaml", "stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.new.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(["dev"]);
  expect(concernedBy({ changed: [] }, stacks)).toEqual([]);
});
