/**
 * Agents hold a key that is not ours to have, so that none can be played from here. What each may do is read from its
 * settings; how the realm narrows what an agent asks for is tried with a throw-away one.
 */
import { type DesiredAgent, rightsClient, clientIdOfAgent } from "../../../access";
import { clientNamed } from "../../../clients/named";
import { member, unless, type Check, type ClientShown, type Context } from "../check";
import { refusalOf, type Answer } from "../endpoints";
import { payloadOf, signIn } from "../relyingParty";

interface Scope {
  readonly id: string;
  readonly name: string;
}

/** What every agent's token says besides its rights. */
const common = ["basic", "profile", "roles"];

const limits: Check = {
  name: "agents-limits",
  promise: "each agent proves itself by its key, and may ask for its own rights, for its own few minutes",
  setting: "agents of access.yaml (grants, tokenLife)",
  writes: false,
  run: async (context) => {
    const { agents } = context.desired.keycloak;
    const clients = await context.keycloak.list<ClientShown>("clients", {
      clientId: "agent",
      search: "true",
    });
    const peoples = clients.find(({ clientId }) => clientId === "agents");
    const problems = agents.length === 0 ? [] : problemsOfPeoples(peoples);
    for (const agent of agents) {
      const client = clients.find(({ clientId }) => clientId === clientIdOfAgent(agent.name));
      if (client === undefined) problems.push(`no client speaks for ${agent.name}`);
      else problems.push(...(await problemsOf(agent, client, context)));
    }
    for (const { clientId } of clients)
      if (clientId.startsWith("agent.") && !agents.some((agent) => clientIdOfAgent(agent.name) === clientId))
        problems.push(`${clientId} is no agent of access.yaml`);
    return unless(problems, agents.length === 0 ? "no agents" : `${agents.length} agents`);
  },
};

/** The client at which people sign in to hand a token on. */
function problemsOfPeoples(client: ClientShown | undefined): string[] {
  if (client === undefined) return ["people have no client to sign in at"];
  const { consentRequired, fullScopeAllowed, directAccessGrantsEnabled, implicitFlowEnabled, redirectUris } =
    client;
  return [
    ...(consentRequired ? [] : ["people are not asked whether an agent may act for them"]),
    ...(fullScopeAllowed ? ["the tokens that people hand on carry rights"] : []),
    ...(directAccessGrantsEnabled || implicitFlowEnabled ? ["people hand on tokens without a code"] : []),
    ...(redirectUris.join() === "http://127.0.0.1/callback"
      ? []
      : [`codes go to ${redirectUris.join(", ")}`]),
  ];
}

async function problemsOf(agent: DesiredAgent, client: ClientShown, context: Context): Promise<string[]> {
  const { keycloak, endpoints } = context;
  const { clientId, attributes } = client;
  const scopes = async (kind: string) =>
    (await keycloak.get<Scope[]>(`clients/${client.id}/${kind}-client-scopes`)) ?? [];
  const [always, asked] = [await scopes("default"), await scopes("optional")];
  const extra = [
    ...always.filter(({ name }) => !common.includes(name)),
    ...asked.filter(({ name }) => !agent.roles.includes(name)),
  ];
  const missing = agent.roles.filter((role) => !asked.some(({ name }) => name === role));
  const life = Number(attributes["access.token.lifespan"]);
  const flows = [
    client.standardFlowEnabled,
    client.implicitFlowEnabled,
    client.directAccessGrantsEnabled,
    client.serviceAccountsEnabled,
  ];
  const unproved = await endpoints.post("token", { grant_type: exchange, client_id: clientId });
  return [
    ...(client.publicClient || client.clientAuthenticatorType !== "client-jwt"
      ? ["does not prove itself by its key"]
      : []),
    ...(isRefused(unproved) ? [] : ["is heard without a proof"]),
    ...(flows.includes(true) ? ["gets tokens by other ways than an exchange"] : []),
    ...(client.fullScopeAllowed ? ["carries every right of the person's (full scope)"] : []),
    ...(attributes["use.refresh.tokens"] === "false" ? [] : ["gets refresh tokens"]),
    ...(life === agent.tokenLife ? [] : [`has tokens of ${life} s, not ${agent.tokenLife} s`]),
    ...extra.map(({ name }) => `may ask for ${name}, which is not its own`),
    ...missing.map((name) => `may not ask for ${name}`),
    ...(await wrongScopes(agent, asked, context)),
  ].map((problem) => `${clientId} ${problem}`);
}

/** Whether Keycloak asked for a proof, before it looked at anything else. */
function isRefused({ json: { error } }: Answer): boolean {
  return error === "invalid_client" || error === "unauthorized_client";
}

/** A right's scope stands for the one role of its name. */
async function wrongScopes(
  { roles }: DesiredAgent,
  asked: readonly Scope[],
  { keycloak }: Context,
): Promise<string[]> {
  const wrong: string[] = [];
  const rights = await clientNamed(keycloak, rightsClient);
  for (const { id, name } of asked.filter((scope) => roles.includes(scope.name))) {
    const path = `client-scopes/${id}/scope-mappings/clients/${rights?.id ?? ""}`;
    const mapped = ((await keycloak.get<{ name: string }[]>(path)) ?? []).map((role) => role.name);
    if (mapped.join() !== name) wrong.push(`gets ${mapped.join(", ") || "nothing"} for ${name}`);
  }
  return wrong;
}

/** Where a throw-away client takes people back to: the browser stops before it (RFC 2606). */
const nowhere = "https://verify.invalid/callback";

const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

const narrowing: Check = {
  name: "exchange-narrows",
  promise: "of what an agent asks for it gets what the person may as well, for that person, and nothing else",
  setting: "agents of access.yaml (grants)",
  writes: true,
  run: async (context) => {
    const { endpoints, team, throwAway } = context;
    const rights = [...new Set(context.desired.keycloak.agents.flatMap(({ roles }) => roles))].sort();
    if (rights.length === 0) return { ok: true, found: "no agents" };
    const { agent, hand } = await throwAway.agent(rights, nowhere);
    const person = await member(context);
    const { access } = await signIn(context, person, { ...hand, redirectUri: nowhere });
    const ask = async (scope: string) => {
      const answer = await endpoints.post("token", {
        grant_type: exchange,
        client_id: agent.clientId,
        client_secret: agent.secret,
        subject_token: access,
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
        audience: rightsClient,
        scope,
      });
      const token = answer.json.access_token;
      return typeof token === "string" ? payloadOf(token) : (refusalOf(answer) ?? "refused");
    };
    const problems: string[] = [];
    if (rolesOf(payloadOf(access)).length > 0) problems.push("the token that is handed on carries rights");
    for (const right of rights) {
      const got = await ask(right);
      const allowed = team.roles.includes(right);
      const said = typeof got === "string" ? [] : rolesOf(got);
      if (said.join() !== (allowed ? right : ""))
        problems.push(
          `${right} for somebody who ${allowed ? "has" : "lacks"} it gives ${said.join(", ") || "nothing"}`,
        );
      const actsFor = typeof got === "string" ? undefined : got.preferred_username;
      if (actsFor !== undefined && actsFor !== person.username)
        problems.push(`it acts for ${JSON.stringify(actsFor)}`);
    }
    const other = await ask("offline_access");
    if (typeof other !== "string") problems.push("it gets offline access");
    return unless(problems, `${rights.length} rights tried, and one that is nobody's`);
  },
};

function rolesOf(token: Readonly<Record<string, unknown>>): readonly string[] {
  const by = token.resource_access as Readonly<Record<string, { roles: readonly string[] }>> | undefined;
  return by?.[rightsClient]?.roles ?? [];
}

export const agentChecks = [limits, narrowing];
