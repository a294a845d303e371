import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { credentialsOf } from "./published";

const issuer = "https://sso.acme.example/realms/acme";
const resource = (type: string, name: string, outputs: ResourceState["outputs"]): ResourceState => ({
  urn: `urn:pulumi:prod::bitbucket-keycloak::a:b:Component$${type}::${name}`,
  type,
  ...(outputs && { outputs }),
});
const secret = (value: unknown) => ({ plaintext: JSON.stringify(value) });

const stack = resource("pulumi:pulumi:Stack", "s", { issuer });
const schedule = (rotation: number) => resource("rotation:index:Schedule", "sign-in", { rotation });
const password = (slot: string) =>
  resource("random:index/randomPassword:RandomPassword", `sign-in-${slot}`, { result: secret(`of ${slot}`) });
const variables = (list: unknown) =>
  resource("bitbucket:index:DeploymentVariables", "api.prod", { variables: list });

const credential = { key: "KEYCLOAK_CREDENTIAL", value: secret("pipeline.api.prod.a:s3cret") };
const tokenUrl = { key: "KEYCLOAK_TOKEN_URL", value: "https://sso.acme.example/token" };
const ofPipeline = { name: "api.prod", credential: "pipeline.api.prod.a:s3cret", tokenUrl: tokenUrl.value };

test.each([
  ["one secret within a list", [credential, tokenUrl]],
  [
    "a list that is secret as a whole",
    secret([{ ...credential, value: "pipeline.api.prod.a:s3cret" }, tokenUrl]),
  ],
])("the credential of a pipeline is read from %s", (_, list) => {
  expect(credentialsOf([stack, variables(list)])).toEqual([ofPipeline]);
});

test("a pipeline without a credential, or without a place to prove it, has none", () => {
  expect(credentialsOf([stack, variables([tokenUrl])])).toEqual([]);
  expect(credentialsOf([stack, variables([credential])])).toEqual([]);
  expect(credentialsOf([resource("bitbucket:index:DeploymentVariables", "api.prod", undefined)])).toEqual([]);
});

test.each([
  [4, "bitbucket-a:of a"],
  [5, "bitbucket-b:of b"],
])("after rotation %d people sign in by the secret of the slot that it made", (rotation, expected) => {
  const state = [stack, schedule(rotation), password("a"), password("b")];
  const proved = {
    name: "sign-in",
    credential: expected,
    tokenUrl: `${issuer}/protocol/openid-connect/token/introspect`,
  };
  expect(credentialsOf(state)).toEqual([proved]);
});

test("where nobody signs in by a secret, or no run has come to its end, there is none to prove", () => {
  expect(credentialsOf([stack])).toEqual([]);
  expect(credentialsOf([schedule(4), password("a"), password("b")])).toEqual([]);
});
