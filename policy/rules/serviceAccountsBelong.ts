/** A service account that nobody needs any more is a key that nobody misses. */
import { pipelineOf } from "../../access";
import type { Context, ResourceRule } from "../rule";
import { valueOf } from "../values";
import { goodClient, oidcClient } from "./clients";

const pipeline = "bitbucket-keycloak:index:PipelineAccess";
const serviceAccount = {
  ...goodClient,
  clientId: "pipeline-a.payments-api.dev",
  standardFlowEnabled: false,
  serviceAccountsEnabled: true,
  clientAuthenticatorType: "client-jwt",
  clientSecret: undefined,
  pkceCodeChallengeMethod: "",
  validRedirectUris: [],
};

export const serviceAccountsBelong: ResourceRule = {
  kind: "resource",
  name: "service-accounts-belong",
  says: "each service account belongs to a pipeline or an agent of access.yaml, which have owners",
  fix: 'declare the repository\'s "deploys", or the agent, and call the client after it; or remove the client',
  controls: ["SOC 2 CC6.2", "ISO 27001 A.5.16"],
  level: "mandatory",
  types: [oidcClient],
  check: (client, context) => {
    if (valueOf(client, "serviceAccountsEnabled") !== true) return [];
    const id = valueOf(client, "clientId");
    if (typeof id !== "string") return [];
    // A client that was renamed keeps its id as long as its secret: then its title says whose it is.
    const title = client.within.includes(pipeline) ? valueOf(client, "name") : undefined;
    const ids = typeof title === "string" ? [id, pipelineOf({ clientId: id, name: title })] : [id];
    const known = ownersIn(context).some((name) =>
      ids.some((one) => one === name || one.endsWith(`.${name}`) || one.endsWith(`-${name}`)),
    );
    return known ? [] : [`the service account of ${id}, which no pipeline and no agent stands behind`];
  },
  examples: {
    bad: [
      { type: oidcClient, inputs: { ...serviceAccount, clientId: "backup-job" } },
      { type: oidcClient, inputs: { ...serviceAccount, clientId: "pipeline-a.payments-docs.dev" } },
    ],
    good: [
      { type: oidcClient, inputs: serviceAccount, within: [pipeline] },
      {
        type: oidcClient,
        inputs: {
          ...serviceAccount,
          clientId: "pipeline-a.old-name.dev",
          name: "Pipeline of payments-api to dev (a)",
        },
        within: [pipeline],
      },
      { type: oidcClient, inputs: { ...serviceAccount, clientId: "agent-release-bot" } },
    ],
  },
};

/** `payments-api.dev` for each pipeline, and the agents. */
function ownersIn({ model }: Context): string[] {
  if (model === undefined) return [];
  return [
    ...model.repositories.flatMap(({ slug, deploys }) =>
      deploys.map((environment) => `${slug}.${environment}`),
    ),
    ...model.agents.map(({ name }) => name),
  ];
}
