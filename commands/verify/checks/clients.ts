/** The programs that sign in: pipelines, and whoever may exchange a token. */
import { type DesiredDeployment, pipelineOf, rightsClient } from "../../../access";
import { builtInClients } from "../../../clients/keycloak";
import { member, rotationOf, unless, type Check, type ClientShown, type Context } from "../check";
import { refusalOf } from "../endpoints";
import { payloadOf, signIn } from "../relyingParty";
import { isThrowAwayClient } from "../throwAway";

const clientsOf = ({ keycloak }: Context) => keycloak.list<ClientShown>("clients");

async function secretOf({ keycloak }: Context, { id }: ClientShown): Promise<string> {
  return (await keycloak.get<{ value?: string }>(`clients/${id}/client-secret`))?.value ?? "";
}

const claimOf = ({ project, repository, environment }: DesiredDeployment) =>
  `${project}/${repository}:${environment}`;

/** Those of the two slots of each pipeline, or its only one. The newest rotation of a slot is the one in use. */
const isPipeline = ({ clientId }: ClientShown) => /^pipeline(-[ab])?\./.test(clientId);

const pipelines: Check = {
  name: "pipeline-credentials",
  promise:
    "each pipeline's client signs in, says which pipeline it is, and has the right to deploy there and no other",
  setting: "repositories of access.yaml (deploys)",
  writes: false,
  run: async (context) => {
    const clients = (await clientsOf(context))
      .filter(isPipeline)
      .sort((a, b) => rotationOf(b) - rotationOf(a));
    const inUse = new Map([...clients].reverse().map((client) => [pipelineOf(client), client]));
    const problems: string[] = [];
    for (const deployment of context.desired.bitbucket.deployments) {
      const name = `${deployment.repository}.${deployment.environment}`;
      if (!inUse.has(name)) problems.push(`no client speaks for ${name}`);
    }
    for (const client of clients) {
      // A slot that was ended at once is off until its next rotation.
      if (!client.enabled && inUse.get(pipelineOf(client)) !== client) continue;
      problems.push(...(await problemsOf(client, context)));
    }
    return unless(problems, `${clients.length} clients of ${inUse.size} pipelines`);
  },
};

async function problemsOf(client: ClientShown, context: Context): Promise<string[]> {
  const { clientId } = client;
  // One that signs in with its step's own token has no credential that could be tried from here.
  if (client.clientAuthenticatorType === "federated-jwt") return client.enabled ? [] : [`${clientId} is off`];
  const by = { client_id: clientId, client_secret: await secretOf(context, client) };
  const answer = await context.endpoints.post("token", { grant_type: "client_credentials", ...by });
  if (typeof answer.json.access_token !== "string")
    return [`${clientId} is refused: ${refusalOf(answer) ?? ""}`];
  const { pipeline, resource_access = {}, realm_access } = payloadOf(answer.json.access_token);
  const declared = context.desired.bitbucket.deployments.filter(
    ({ repository, environment }) => `${repository}.${environment}` === pipelineOf(client),
  );
  return [
    ...(declared.map(claimOf).includes(String(pipeline))
      ? []
      : [`${clientId} says pipeline ${JSON.stringify(pipeline)}, which it is not`]),
    ...rolesProblems(
      clientId,
      { ...(resource_access as Held), "the realm": realm_access as Held[string] },
      {
        [rightsClient]: declared.map(({ role }) => role),
      },
    ),
    ...(answer.json.refresh_token === undefined ? [] : [`${clientId} gets a refresh token`]),
  ];
}

type Held = Readonly<Record<string, { readonly roles?: readonly string[] } | undefined>>;

/** Roles that a token carries and should not, and those that it lacks. */
function rolesProblems(
  clientId: string,
  held: Held,
  expected: Readonly<Record<string, readonly string[]>>,
): string[] {
  return [...new Set([...Object.keys(held), ...Object.keys(expected)])].flatMap((holder) => {
    const [found, wanted] = [held[holder]?.roles ?? [], expected[holder] ?? []];
    return [
      ...found
        .filter((role) => !wanted.includes(role))
        .map((role) => `${clientId} holds ${role} of ${holder}`),
      ...wanted
        .filter((role) => !found.includes(role))
        .map((role) => `${clientId} lacks ${role} of ${holder}`),
    ];
  });
}

const pipelineFlows: Check = {
  name: "pipelines-without-people",
  promise: "nobody signs in through a pipeline's client, and nobody but it gets its token",
  setting: "what PipelineAccess always sets (service account only)",
  writes: false,
  run: async (context) => {
    const clients = (await clientsOf(context)).filter(isPipeline);
    const problems: string[] = [];
    for (const client of clients) {
      const { clientId: client_id, publicClient } = client;
      const { redirectUri: redirect_uri } = context.client;
      const query = { client_id, response_type: "code", scope: "openid", redirect_uri };
      const begins = refusalOf(await context.endpoints.authorize(query)) === undefined;
      // To an address of its own, which is not tried, it would let them in as well.
      if (
        begins ||
        client.standardFlowEnabled ||
        client.implicitFlowEnabled ||
        client.directAccessGrantsEnabled
      )
        problems.push(`${client_id} lets people sign in`);
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
  setting: "agents of access.yaml",
  writes: true,
  kind: "oidc",
  run: async (context) => {
    const { access } = await signIn(context, await member(context));
    const agents = context.model.agents.map(({ name }) => `agent.${name}`);
    const clients = (await clientsOf(context)).filter(
      ({ clientId, publicClient, bearerOnly, enabled }) =>
        enabled &&
        !builtInClients.includes(clientId) &&
        !agents.includes(clientId) &&
        !isThrowAwayClient(clientId) &&
        !publicClient &&
        !bearerOnly,
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
