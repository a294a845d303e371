/** All rules on the steps of a preview. That they find what the pack finds is a test on the engine, in test/e2e/guardrails. */
import { evaluateRun, type Registered } from "./run";
import { deploymentVariables } from "./rules/securedVariables";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const run = { asOf: new Date("2026-11-23T12:00:00Z"), exceptions: [] };
const urnOf = (type: string, name: string) => `urn:pulumi:prod::p::${type}::${name}`;
const resource = (type: string, name: string, more: Partial<Registered>): Registered => ({
  urn: urnOf(type, name),
  type,
  ...more,
});
const found = (...resources: Registered[]) => evaluateRun(resources, run).map(({ rule, on }) => [rule, on]);

const variables = (value: unknown) =>
  resource(deploymentVariables, "a", { inputs: { variables: [{ key: "API_TOKEN", secured: value }] } });

test.each([
  ["what is wrong", false, [["secured-variables", "a"]]],
  ["what is not known yet", unknown, []],
  ["what is secret", "[secret]", []],
])("%s in the midst of a list", (_, value, expected) => {
  expect(found(variables(value))).toEqual(expected);
});

test.each([unknown, "[secret]"])("a whole list that is %s", (list) => {
  expect(found(resource(deploymentVariables, "a", { inputs: { variables: list } }))).toEqual([]);
});

describe("a rule on the whole", () => {
  const client = "keycloak:openid/client:Client";
  const password = "random:index/randomPassword:RandomPassword";
  const schedule = "rotation:index:Schedule";
  const account = (secret: string) =>
    resource(client, "bot", {
      inputs: {
        accessType: "CONFIDENTIAL",
        serviceAccountsEnabled: true,
        fullScopeAllowed: false,
        standardFlowEnabled: false,
        clientSecret: "[secret]",
      },
      propertyDependencies: { clientSecret: [urnOf(password, secret)] },
    });
  const rotates = resource(schedule, "s", {
    inputs: { period: 86_400, rotatedAt: "2026-11-23T00:00:00Z" },
  });
  const kept = resource(password, "kept", { propertyDependencies: { keepers: [urnOf(schedule, "s")] } });
  const forEver = resource(password, "for-ever", {});

  test("follows what an input was made of", () => {
    const broken = (secret: string) =>
      found(rotates, kept, forEver, account(secret)).filter(([rule]) => rule === "secrets-on-schedule");
    expect(broken("kept")).toEqual([]);
    expect(broken("for-ever")).toEqual([["secrets-on-schedule", "bot"]]);
  });
});
