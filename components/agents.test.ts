import { namesOf, only, placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { Agents, type AgentsArgs } from "./agents";

const bot = {
  name: "bot",
  owner: "ana",
  description: "Merges",
  tokenLife: 600,
  jwks: "https://bot.example/jwks",
  roles: ["merge:PAY"],
};
const place = (agents: AgentsArgs["agents"]) =>
  placed(() => {
    const roleIds = new Map([
      ["merge:PAY", "role-1"],
      ["read:SHOP", "role-2"],
    ]);
    return new Agents("agents", { realm: testRealm(), agents, roleIds });
  });
const client = "keycloak:openid/client:Client";

test("an agent signs in by its key, exchanges tokens, and nothing else", async () => {
  const { inputs } = only(await place([bot]), client, "bot");
  expect(inputs).toMatchObject({
    clientId: "agent.bot",
    clientAuthenticatorType: "client-jwt",
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    useRefreshTokens: false,
    accessTokenLifespan: "600",
    extraConfig: {
      "standard.token.exchange.enabled": "true",
      "use.jwks.url": "true",
      "jwks.url": "https://bot.example/jwks",
      owner: "ana",
    },
  });
  expect(inputs.clientSecret).toBeUndefined();
});

test("it may ask for its rights and no other scope", async () => {
  const all = await place([bot]);
  const optional = "keycloak:openid/clientOptionalScopes:ClientOptionalScopes";
  expect(only(all, optional, "bot").inputs.optionalScopes).toEqual(["merge:PAY"]);
  expect(only(all, "keycloak:index/genericRoleMapper:GenericRoleMapper", "merge:PAY").inputs).toMatchObject({
    roleId: "role-1",
  });
  expect(only(all, optional, "agents").inputs.optionalScopes).toEqual(["agent:bot"]);
});

test("people hand on tokens that carry no right, from their own machine", async () => {
  const { inputs } = only(await place([bot]), client, "agents");
  expect(inputs).toMatchObject({
    accessType: "PUBLIC",
    pkceCodeChallengeMethod: "S256",
    fullScopeAllowed: false,
    consentRequired: true,
    validRedirectUris: ["http://127.0.0.1/callback"],
    webOrigins: [],
  });
});

test("two agents with one right share its scope", async () => {
  const scope = "keycloak:openid/clientScope:ClientScope";
  const all = await place([bot, { ...bot, name: "other" }]);
  expect(namesOf(all, scope)).toEqual(["for-bot", "for-other", "merge:PAY"]);
});

test("an agent may ask for the rights of its own roles, and for none of another agent's", async () => {
  const optional = "keycloak:openid/clientOptionalScopes:ClientOptionalScopes";
  const agents = [
    { ...bot, roles: ["merge:PAY", "read:SHOP"] },
    { ...bot, name: "reader", roles: ["read:SHOP"] },
  ];
  const all = await place(agents);
  const asked = (name: string) => only(all, optional, name).inputs.optionalScopes;
  expect([asked("bot"), asked("reader")]).toEqual([["merge:PAY", "read:SHOP"], ["read:SHOP"]]);
});

test("an agent that was disabled in Keycloak stays so; the people's client does not", async () => {
  const all = await place([bot]);
  expect(only(all, client, "bot").ignored).toEqual(["enabled"]);
  expect(only(all, client, "agents").ignored).toBeUndefined();
});
