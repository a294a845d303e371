/** A variable that is not secured is shown to everybody who can read the repository's settings, and in logs. */
import { rotatedVariables } from "../../access/names";
import type { ResourceRule } from "../rule";
import { maps, valueOf } from "../values";

export const deploymentVariables = "bitbucket:index:DeploymentVariables";
const repositoryVariables = "bitbucket:index:RepositoryVariables";
const workspaceVariables = "bitbucket:index:WorkspaceVariables";

const secret = /CREDENTIAL|SECRET|PASSWORD|PASSWD|TOKEN|PRIVATE|API_?KEY/i;
/** Addresses and names of secrets, which are none. */
const harmless = /_(URL|URI|ID|NAME|FILE|PATH|AUDIENCE|EXPIRES)$/i;

const good = {
  workspace: "acme",
  repository: "payments-api",
  environment: "{e57ab11e-1111-4222-8333-444455556666}",
  variables: [
    { key: rotatedVariables.credential, value: "of an example", secured: true },
    { key: rotatedVariables.tokenUrl, value: "https://id.acme.example/token", secured: false },
  ],
};

export const securedVariables: ResourceRule = {
  kind: "resource",
  name: "secured-variables",
  says: "variables that hold a credential are secured",
  fix: 'leave "secured" out, or set it to true',
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [deploymentVariables, repositoryVariables, workspaceVariables],
  check: (resource) =>
    maps(valueOf(resource, "variables")).flatMap(({ key, secured }) =>
      typeof key === "string" && secret.test(key) && !harmless.test(key) && secured === false
        ? [`${key}, which everybody can read`]
        : [],
    ),
  examples: {
    bad: [
      {
        type: deploymentVariables,
        inputs: {
          ...good,
          variables: [{ key: rotatedVariables.credential, value: "of an example", secured: false }],
        },
      },
      {
        type: repositoryVariables,
        inputs: {
          workspace: "acme",
          repository: "payments-api",
          variables: [{ key: "NPM_TOKEN", value: "of an example", secured: false }],
        },
      },
    ],
    good: [{ type: deploymentVariables, inputs: good }],
  },
};
