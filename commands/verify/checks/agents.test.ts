import { agentChecks } from "./agents";
import { accessText, eachIsFound } from "../testing/broken";
import { client, clientOf, type Realm } from "../testing/realm";

const bot = (realm: Realm) => clientOf(realm, "agent.bot");
const limits = (...problems: readonly string[]) => ({
  "agents-limits": problems.map((problem) => `agent.bot ${problem}`).join("; "),
});

eachIsFound(agentChecks, [
  {
    what: "an agent has no client, and a client has no agent",
    breakIt: (realm) => {
      realm.clients = realm.clients.filter(({ clientId }) => clientId !== "agent.bot");
      realm.clients.push(client("agent.old", { clientAuthenticatorType: "client-jwt" }));
    },
    found: { "agents-limits": "no client speaks for bot; agent.old is no agent of access.yaml" },
  },
  {
    what: "the last agent is gone from access.yaml, and its client is still there",
    access: accessText
      .replace(/ {2}bot: .*\n/, "")
      .replace(/.*agent: bot.*\n/, "")
      .replace("agents:\n", ""),
    breakIt: () => undefined,
    found: {
      "agents-limits": "agent.bot is no agent of access.yaml",
      "token-exchange-declared": "agent.bot may exchange tokens",
    },
  },
  {
    what: "people have no client to hand tokens on at",
    breakIt: (realm) => {
      realm.clients = realm.clients.filter(({ clientId }) => clientId !== "agents");
    },
    found: { "agents-limits": "people have no client to sign in at" },
  },
  {
    what: "people hand tokens on unasked, with rights, without a code, to any address",
    breakIt: (realm) =>
      Object.assign(clientOf(realm, "agents"), {
        consentRequired: false,
        fullScopeAllowed: true,
        directAccessGrantsEnabled: true,
        redirectUris: ["http://127.0.0.1/callback", "https://attacker.invalid/"],
      }),
    found: {
      "agents-limits":
        "people are not asked whether an agent may act for them; the tokens that people hand on carry rights; people hand on tokens without a code; codes go to http://127.0.0.1/callback, https://attacker.invalid/",
    },
  },
  {
    what: "an agent signs in by a secret",
    breakIt: (realm) => (bot(realm).clientAuthenticatorType = "client-secret"),
    found: limits("does not prove itself by its key"),
  },
  {
    what: "an agent's key is not asked for",
    breakIt: (realm) => (realm.faults.assertionIsNotAsked = true),
    found: {
      ...limits("is heard without a proof"),
      "pipelines-without-people": "pipeline.web.dev gets a token without its secret",
    },
  },
  {
    what: "an agent acts without a person, with every right, for an hour, again and again",
    breakIt: (realm) => {
      Object.assign(bot(realm), { serviceAccountsEnabled: true, fullScopeAllowed: true });
      Object.assign(bot(realm).attributes, {
        "access.token.lifespan": "3600",
        "use.refresh.tokens": "true",
      });
    },
    found: limits(
      "gets tokens by other ways than an exchange",
      "carries every right of the person's (full scope)",
      "gets refresh tokens",
      "has tokens of 3600 s, not 300 s",
    ),
  },
  {
    what: "an agent gets a scope unasked that is not its own, may ask for another, and not for its own",
    breakIt: (realm) => {
      bot(realm).defaultClientScopes.push("email");
      bot(realm).optionalClientScopes = ["merge:ONE/api", "offline_access"];
    },
    found: limits(
      "may ask for email, which is not its own",
      "may ask for offline_access, which is not its own",
      "may not ask for merge:ONE/web",
    ),
  },
  {
    what: "an agent's right brings another along, and one brings nothing",
    breakIt: ({ scopes }) => {
      scopes.set("merge:ONE/api", ["merge:ONE/api", "trigger:ONE"]);
      scopes.set("merge:ONE/web", []);
    },
    found: {
      ...limits("gets merge:ONE/api, trigger:ONE for merge:ONE/api", "gets nothing for merge:ONE/web"),
      "exchange-narrows": "merge:ONE/api for somebody who has it gives trigger:ONE, merge:ONE/api",
    },
  },
  {
    what: "what people hand on carries their rights",
    breakIt: ({ scopes }) => scopes.set("basic", ["trigger:ONE"]),
    found: {
      "exchange-narrows":
        "the token that is handed on carries rights; merge:ONE/api for somebody who has it gives trigger:ONE, merge:ONE/api; merge:ONE/web for somebody who lacks it gives trigger:ONE",
    },
  },
  {
    what: "an agent gets what the person lacks",
    breakIt: (realm) => {
      for (const group of realm.groups) group.roles.push("merge:ONE/web");
    },
    found: {
      roles: "merge:ONE/web is too much",
      "exchange-narrows": "merge:ONE/web for somebody who lacks it gives merge:ONE/web",
    },
  },
  {
    what: "an agent acts for somebody else",
    breakIt: (realm) => (realm.faults.exchangeActsFor = "ana"),
    found: { "exchange-narrows": 'it acts for "ana"; it acts for "ana"' },
  },
  {
    what: "an agent gets any scope",
    breakIt: (realm) => (realm.faults.exchangeTakesAnyScope = true),
    found: { "exchange-narrows": "it gets offline access" },
  },
]);
