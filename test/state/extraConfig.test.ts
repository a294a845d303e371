/**
 * The official keycloak plugin refuses a key in `extraConfig` that is a property by now, and with it the whole stack. Our
 * older one takes it; so every key that the program writes for the company is held against what 6.13 refuses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Placed } from "../../components/testing/placed";
import { root } from "../../toolchain/places";
import { runProgram } from "./run";

jest.setTimeout(60_000);

/**
 * Keys of a client's attributes that are properties, by which they begin or whole.
 *
 * https://github.com/keycloak/terraform-provider-keycloak/blob/v5.9.0/keycloak/openid_client.go
 */
const ofClients =
  /^(access\.token\.lifespan|backchannel\.logout\..*|client\.offline\.session\..*|client\.session\..*|client_credentials\.use_refresh_token|consent\.screen\.text|display\.on\.consent\.screen|dpop\.bound\.access\.tokens|exclude\..*\.from\.auth\.response|frontchannel\.logout\.url|login_theme|oauth2\.device\..*|oauth2\.jwt\.authorization\.grant\..*|pkce\.code\.challenge\.method|post\.logout\.redirect\.uris|standard\.token\.exchange\..*|use\.refresh\.tokens)$/;

const client = "keycloak:openid/client:Client";
const provider = "keycloak:oidc/identityProvider:IdentityProvider";
const typings = { [client]: "openid/client.d.ts", [provider]: "oidc/identityProvider.d.ts" };

/** Properties of a resource, as the SDK has them. */
function propertiesOf(type: keyof typeof typings): Set<string> {
  const text = readFileSync(join(root, "node_modules/@pulumi/keycloak", typings[type]), "utf8");
  return new Set([...text.matchAll(/^ {4}readonly (\w+):/gm)].map(([, name = ""]) => name));
}

const inCamels = (key: string) => key.replace(/[._]+(\w)/g, (_, letter: string) => letter.toUpperCase());

function isRefused(type: string, key: string): boolean {
  if (type === client) return ofClients.test(key) || propertiesOf(client).has(inCamels(key));
  return type !== provider || propertiesOf(provider).has(key);
}

const keysOf = ({ type, inputs }: Placed) =>
  Object.keys(inputs.extraConfig ?? {}).map((key): [string, string] => [type, key]);

test("no key of extraConfig is a property that the official plugin has", async () => {
  const stacks = ["main", "rest", "cloud"];
  const runs: Placed[] = [];
  for (const stack of stacks) runs.push(...(await runProgram(stack)).resources);
  const written = [...new Map(runs.flatMap(keysOf).map((one) => [one.join(" "), one])).values()];
  expect(written.map((one) => one.join(" ")).sort()).toEqual([
    `${provider} boundTo`,
    `${provider} workspaceUuid`,
    `${client} jwks.url`,
    `${client} jwt.credential.issuer`,
    `${client} jwt.credential.sub`,
    `${client} owner`,
    `${client} rotation.number`,
    `${client} token.endpoint.auth.signing.alg`,
    `${client} use.jwks.url`,
  ]);
  expect(written.filter(([type, key]) => isRefused(type, key))).toEqual([]);
});

test.each([
  [client, "standard.token.exchange.enabled"],
  [client, "access.token.lifespan"],
  [client, "description"],
  [provider, "validateSignature"],
  [provider, "syncMode"],
  ["keycloak:saml/client:Client", "anything"],
])("%s: %s is refused", (type, key) => {
  expect(isRefused(type, key)).toBe(true);
});
