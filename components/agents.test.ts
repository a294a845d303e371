import { abilitiesOf } from "./testing/client";
import { namesOf, only, placed, refusal } from "./testing/placed";
import { realmArgs, testRealm, testRights } from "./testing/realm";
import { Realm } from "./realm";
import { Agents, type AgentsArgs } from "./agents";

const bot = {
  name: "bot",
  owner: "ana",
  description: "Merges",
  tokenLife: 600,
  jwks: "https://bot.example/jwks",
  roles: ["merge:PAY"],
};
const rights = testRights("merge:PAY", "read:SHOP");
const declare = (agents: AgentsArgs["agents"]) =>
  new Agents("agents", { realm: testRealm(), agents, rights });
const place = (agents: AgentsArgs["agents"]) => placed(() => declare(agents));

const client = "keycloak:openid/client:Client";
const scope = "keycloak:openid/clientScope:ClientScope";
const optional = "keycloak:openid/clientOptionalScopes:ClientOptionalScopes";
const byDefault = "keycloak:openid/clientDefaultScopes:ClientDefaultScopes";
const audience = "keycloak:openid/audienceProtocolMapper:AudienceProtocolMapper";
const mapper = "keycloak:index/genericRoleMapper:GenericRoleMapper";

test("an agent gets tokens for people alone: by its key, for minutes, and never again without the person", async () => {
  const placedBot = only(await place([bot]), client, "bot");
  expect(abilitiesOf(placedBot)).toEqual({
    grants: ["token exchange"],
    proof: "its key",
    redirects: [],
    pkce: false,
    consent: false,
    everyRole: false,
    refresh: false,
  });
  const { clientId, clientSecret, accessTokenLifespan, extraConfig } = placedBot.inputs;
  expect([clientId, clientSecret, accessTokenLifespan]).toEqual(["agent.bot", undefined, "600"]);
  expect(extraConfig).toMatchObject({ "use.jwks.url": "true", "jwks.url": "https://bot.example/jwks" });
});

test("an agent may ask for the rights of its own roles, and for none of another agent's", async () => {
  const all = await place([
    { ...bot, roles: ["merge:PAY", "read:SHOP"] },
    { ...bot, name: "reader", roles: ["read:SHOP"] },
  ]);
  const mayAsk = (name: string) => only(all, optional, name).inputs.optionalScopes;
  expect([mayAsk("bot"), mayAsk("reader")]).toEqual([["merge:PAY", "read:SHOP"], ["read:SHOP"]]);
  const always = only(all, byDefault, "bot").inputs.defaultScopes as string[];
  expect(always.filter((name) => name.includes(":"))).toEqual([]);
});

test("a right is in a token only of a person who holds it: each scope is of one role", async () => {
  const all = await place([{ ...bot, roles: ["merge:PAY", "read:SHOP"] }]);
  const roleOf = (right: string) => only(all, mapper, right).inputs;
  expect(namesOf(all, mapper)).toEqual(["merge:PAY", "read:SHOP"]);
  expect([roleOf("merge:PAY").roleId, roleOf("read:SHOP").roleId]).toEqual(["role-1", "role-2"]);
  expect(roleOf("merge:PAY").clientScopeId).toBe("merge:PAY-id");
});

test("a person signs in at one client, hands a token to one agent by its scope, and that token carries no right", async () => {
  const all = await place([bot, { ...bot, name: "other" }]);
  const handsOn = only(all, client, "agents");
  expect(abilitiesOf(handsOn)).toEqual({
    grants: ["authorization code"],
    proof: "nothing",
    redirects: ["http://127.0.0.1/callback"],
    pkce: true,
    consent: true,
    everyRole: false,
    refresh: false,
  });
  expect(handsOn.inputs.webOrigins).toEqual([]);
  expect(only(all, optional, "agents").inputs.optionalScopes).toEqual(["agent:bot", "agent:other"]);
  expect(only(all, byDefault, "agents").inputs.defaultScopes).toEqual(["basic"]);
  const takes = ["bot", "other"].map((name) => only(all, audience, name).inputs.includedCustomAudience);
  expect(takes).toEqual(["agent.bot", "agent.other"]);
});

test("two agents with one right share its scope; one agent with one right is ten resources", async () => {
  const one = (await place([bot])).filter(({ parent }) => parent === "agents" || parent === "bot");
  expect(one).toHaveLength(10);
  const two = await place([bot, { ...bot, name: "other" }]);
  expect(namesOf(two, scope)).toEqual(["bot", "merge:PAY", "other"]);
});

test("an agent may be called as the people's client is", async () => {
  const all = await place([{ ...bot, name: "agents" }]);
  const urns = all.filter(({ type }) => type === client).map(({ urn, inputs }) => [urn, inputs.clientId]);
  expect(urns.sort()).toEqual([
    [expect.stringMatching(/:Agents\$bitbucket-keycloak:index:Agent\$[^$]+::agents$/), "agent.agents"],
    [expect.stringMatching(/:Agents\$keycloak[^$]+::agents$/), "agents"],
  ]);
});

test("an agent that was disabled in Keycloak stays so, and so does the people's client", async () => {
  const enabledWhere = async (off: string) => {
    const context = {
      ...realmArgs.context,
      switchedOff: (_: string, name: string) => Promise.resolve(name === off),
    };
    const all = await placed(() => {
      const realm = new Realm("realm", { ...realmArgs, context });
      new Agents("agents", { realm, agents: [bot], rights });
    });
    return ["bot", "agents"].map((name) => {
      const { inputs, ignored } = only(all, client, name);
      return [inputs.enabled, ignored];
    });
  };
  expect(await enabledWhere("none")).toEqual([
    [true, undefined],
    [true, undefined],
  ]);
  expect(await enabledWhere("agent.bot")).toEqual([
    [false, undefined],
    [true, undefined],
  ]);
  expect(await enabledWhere("agents")).toEqual([
    [true, undefined],
    [false, undefined],
  ]);
});

test.each<[string, AgentsArgs["agents"], string]>([
  [
    "an unknown right",
    [{ ...bot, roles: ["merge:NONE"] }],
    "agents: roles: found merge:NONE; allowed: merge:PAY, read:SHOP; declare it among the roles of the rights, or take it out here",
  ],
  [
    "one name for two",
    [bot, bot],
    "agents: found bot more than once; allowed: each name once; take the others out",
  ],
  [
    "tokens of hours, and keys at no address,",
    [{ ...bot, tokenLife: 3600, jwks: "bot" }],
    'agent bot: tokenLife: found 3600 seconds; allowed: more than 0, and at most 900; shorten it: an agent gets another token whenever it needs one\nagent bot: jwks: found "bot"; allowed: an address; give the address of its public keys',
  ],
])("%s is refused before anything is registered", async (_, agents, message) => {
  const refused = (realm: ReturnType<typeof testRealm>) => new Agents("agents", { realm, agents, rights });
  expect(await refusal(testRealm, refused)).toBe(message);
});
