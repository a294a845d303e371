/** The package as a whole: its configuration, its resources, and how a call comes by its connection. */
import { z } from "zod";

import { defineProvider } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Bitbucket } from "./api/client";
import { getEffectivePermissions } from "./functions/get-effective-permissions";
import { getGroups } from "./functions/get-groups";
import { getMembers } from "./functions/get-members";
import { getPipelineOidcConfig } from "./functions/get-pipeline-oidc-config";
import { getProjects } from "./functions/get-projects";
import { getRepositories } from "./functions/get-repositories";
import { getWorkspace } from "./functions/get-workspace";
import { version } from "./package.json";
import { branchRestrictions } from "./resources/branch-restrictions";
import { dataCenterClient } from "./resources/data-center-client";
import { deployment } from "./resources/deployment";
import { deploymentVariables } from "./resources/deployment-variables";
import { groupResource } from "./resources/group";
import { groupMembers } from "./resources/group-members";
import { pipelineSchedule } from "./resources/pipeline-schedule";
import { pipelinesConfig } from "./resources/pipelines-config";
import { pipelinesIssuer } from "./resources/pipelines-issuer";
import { projectIdentity } from "./resources/project-identity";
import { projectPermissions } from "./resources/project-permissions";
import { repositoryIdentity } from "./resources/repository-identity";
import { repositoryPermissions } from "./resources/repository-permissions";
import { repositoryVariables } from "./resources/repository-variables";
import { workspaceHook } from "./resources/workspace-hook";
import { workspaceVariables } from "./resources/workspace-variables";

const resources = [
  groupResource,
  groupMembers,
  projectIdentity,
  projectPermissions,
  repositoryPermissions,
  branchRestrictions,
  deployment,
  deploymentVariables,
  repositoryVariables,
  workspaceVariables,
  pipelinesConfig,
  pipelineSchedule,
  pipelinesIssuer,
  repositoryIdentity,
  workspaceHook,
  dataCenterClient,
] as const;

/** Each resource of the package, by its name. */
export type ResourceName = (typeof resources)[number]["name"];

const bitbucketCloud = "https://api.bitbucket.org";

const apiUrl = z
  .string()
  .refine(
    isSafe,
    `an https address such as ${bitbucketCloud}; plain http only on this machine (localhost, 127.0.0.1, [::1])`,
  )
  .optional()
  .meta({
    description: `Address of the API. Default: \`${bitbucketCloud}\`, with the Organizations API at \`https://api.atlassian.com\`; at any other address both are asked there.`,
  });

const tokenFix =
  "it would lie in the state; take it out of the configuration and set the environment variables BITBUCKET_EMAIL and BITBUCKET_API_TOKEN instead";

const organizationFix =
  "the organisation and its key come from the environment alone; take it out of the configuration and set BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY instead";

export const bitbucket = defineProvider({
  name: "bitbucket",
  version,
  displayName: "Bitbucket Cloud",
  description:
    "Access control of Bitbucket Cloud: groups, permissions, branch restrictions, deployment environments, variables, pipelines, webhooks. Credentials come from the environment variables `BITBUCKET_EMAIL` and `BITBUCKET_API_TOKEN`; where groups are administered at admin.atlassian.com, they are written with `BITBUCKET_ORGANIZATION_ID` and `BITBUCKET_ORGANIZATION_API_KEY` (and `BITBUCKET_ORGANIZATION_DIRECTORY`, where the organisation has several). Requests are counted by the hour in the folder `BITBUCKET_REQUEST_JOURNAL` (default: `pulumi-bitbucket/requests` in the user's cache); a run that would send more than `BITBUCKET_REQUEST_LIMIT` (default: the 1,000 to repositories that Bitbucket gives a user) waits, and says so; bursts are spread. What was in a place before something is created there is kept in the folder `BITBUCKET_FIRST_LOOKS` (default: `pulumi-bitbucket/first-looks` in the user's cache) until the creation has ended, so that one that was killed is not taken for somebody else's.",
  config: z.strictObject({ apiUrl }),
  refused: {
    apiToken: tokenFix,
    token: tokenFix,
    password: tokenFix,
    email: tokenFix,
    organizationApiKey: organizationFix,
    organizationId: organizationFix,
  },
  resources,
  functions: [
    getWorkspace,
    getProjects,
    getRepositories,
    getGroups,
    getMembers,
    getEffectivePermissions,
    getPipelineOidcConfig,
  ],
  connect(config, life) {
    const client = Bitbucket.from(config.apiUrl ?? bitbucketCloud, process.env, life);
    return (call) => client.session(call);
  },
});

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  return (
    protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname))
  );
}
