import { settingsFor } from "../access/testing/company";
import { accountsOf } from "./accounts";
import { acme } from "./testing/facts";

test("the accounts that the environment names, with owners and an end, and nothing secret", () => {
  const env = {
    KEYCLOAK_CLIENT_ID: "deployer",
    KEYCLOAK_CLIENT_SECRET: "canary-1",
    BITBUCKET_EMAIL: "bot@acme.example",
    BITBUCKET_API_TOKEN: "canary-2",
    BITBUCKET_ORGANIZATION_ID: "org-1",
    BITBUCKET_ORGANIZATION_API_KEY: "canary-3",
  };
  const settings = settingsFor("dev");
  const known = { ...settings, rotation: { ...settings.rotation, apiTokenExpires: "2027-06-30" } };
  const accounts = accountsOf(env, acme(), known);
  expect(accounts.map(({ system, account, owners, ends }) => [system, account, owners, ends])).toEqual([
    ["Keycloak", "deployer", ["ana", "ben"], "does not end: rotated by hand"],
    ["Bitbucket", "bot@acme.example", ["ana", "ben"], "2027-06-30"],
    ["Atlassian organisation", "API key of organisation org-1", ["ana", "ben"], "nobody has said when"],
  ]);
  expect(JSON.stringify(accounts)).not.toContain("canary");
  expect(accountsOf({}, acme(), known)).toEqual([]);
  const [robot] = accountsOf({ BITBUCKET_EMAIL: "bot@acme.example" }, acme(), settings);
  expect([settings.rotation.apiTokenExpires, robot?.ends]).toEqual(["unknown", "nobody has said when"]);
});
