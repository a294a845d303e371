/** The programs that sign in: pipelines, and whoever may exchange a token. */
import type { DesiredDeployment } from "../../../access";
import { member, unless, type Check, type ClientShown, type Context } from "../check";
import { refusalOf } from "../endpoints";
import { payloadOf, signIn } from "../relyingParty";

/** Clients that Keycloak makes itself in each realm. */
const builtIn = [
  "account",
  "account-console",
  "admin-cli",
  "broker",
  "realm-management",
  "security-admin-console",
];

const clientsOf = ({ keycloak }: Context) => keycloak.list<ClientShown>("clients");

async function secretOf({ keycloak }: Context, { id }: ClientShown): Promise<string> {
  return (await keycloak.get<{ value?: string }>(`clients/${id}/client-secret`))?.value ?? "";
}

const claimOf = ({ project, repository, environment }: DesiredDeployment) =>
  `${project}/${repository}:${environment}`;

const pipelines: Check = {
  name: "pipeline-credentials",
  promise: "each pipeline's client signs in, says which pipeline it is, and can do nothing else in the realm",
  dial: "repositories of access.yaml (deploys)",
  writes: false,
  run: async (context) => {
    const declared = context.desired.bitbucket.deployments.map(claimOf);
    const clients = (await clientsOf(context)).filter(({ clientId }) => clientId.startsWith("pipeline."));
    const problems: string[] = [];
    const proved = new Set<string>();
    for (const client of clients) {
      const { clientId } = client;
      // One that signs in with its step's own token has no credential that could be tried from here.
      if (client.clientAuthenticatorType === "federated-jwt") continue;
      const by = { client_id: clientId, client_secret: await secretOf(context, client) };
      const answer = await context.endpoints.post("token", { grant_type: "client_credentials", ...by });
      if (typeof answer.json.access_token !== "string") {
        problems.push(`${clientId} is refused: ${refusalOf(answer) ?? ""}`);
        continue;
      }
      const { pipeline, resource_access, realm_access } = payloadOf(answer.json.access_token);
      if (typeof pipeline === "string" && declared.includes(pipeline)) proved.add(pipeline);
      else problems.push(`${clientId} says pipeline ${JSON.stringify(pipeline)}, which none is called`);
      if (resource_access !== undefined || realm_access !== undefined)
        problems.push(`${clientId} holds roles`);
      if (answer.json.refresh_token !== undefined) problems.push(`${clientId} gets a refresh token`);
    }
    const keyless = clients.filter(({ clientAuthenticatorType: type }) => type === "federated-jwt");
    const missing = declared.filter((claim) => !proved.has(claim));
    if (missing.length > keyless.length) problems.push(`no client speaks for ${missing.join(", ")}`);
    return unless(problems, `${clients.length} clients, ${keyless.length} of them keyless`);
  },
};

const pipelineFlows: Check = {
  name: "pipelines-without-people",
  promise: "nobody signs in through a pipeline's client, and nobody but it gets its token",
  dial: "what PipelineAccess always sets (service account only)",
  writes: false,
  run: async (context) => {
    const clients = (await clientsOf(context)).filter(({ clientId }) => clientId.startsWith("pipeline."));
    const problems: string[] = [];
    for (const { clientId: client_id, publicClient } of clients) {
      const query = {
        client_id,
        response_type: "code",
        scope: "openid",
        redirect_uri: context.client.redirectUri,
      };
      const { status } = await context.endpoints.authorize(query);
      if (status < 400) problems.push(`${client_id} lets people sign in (${status})`);
      if (publicClient) problems.push(`${client_id} needs no secret`);
      const wrong = { grant_type: "client_credentials", client_id, client_secret: "wrong" };
      const answer = await context.endpoints.post("token", wrong);
      if (answer.status < 400) problems.push(`${client_id} gets a token without its secret`);
    }
    return unless(problems, `${clients.length} clients`);
  },
};

const exchange: Check = {
  name: "token-exchange-declared",
  promise: "nobody turns a token into another, but the agents of access.yaml",
  dial: "agents of access.yaml",
  writes: true,
  run: async (context) => {
    const { access } = await signIn(context, await member(context));
    const agents = context.model.agents.map(({ name }) => `agent.${name}`);
    const clients = (await clientsOf(context)).filter(
      ({ clientId, publicClient }) =>
        !builtIn.includes(clientId) && !agents.includes(clientId) && !publicClient,
    );
    const problems: string[] = [];
    for (const client of clients) {
      if (client.clientAuthenticatorType !== "client-secret") {
        if (client.attributes["standard.token.exchange.enabled"] === "true")
          problems.push(`${client.clientId} may exchange tokens`);
        continue;
      }
      const answer = await context.endpoints.post("token", {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        client_id: client.clientId,
        client_secret: await secretOf(context, client),
        subject_token: access,
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      });
      const refused = /not enabled/.test(String(answer.json.error_description));
      if (!refused)
        problems.push(`${client.clientId} may exchange tokens (${refusalOf(answer) ?? "it got one"})`);
    }
    return unless(problems, `${clients.length} clients refused`);
  },
};

export const clientChecks = [pipelines, pipelineFlows, exchange];
