/**
 * What each part of Bitbucket's API is called, and which scopes of an API token it wants: for errors that a person
 * can act on, and for saying which token to make.
 */
import type { Contract } from "./contract";
import { organizationFamilies } from "./organization-families";
import { pullRequestFamilies } from "./pull-request-families";
import { type At, type Family } from "./family";

const workspace = (at: At) => `workspace ${at.workspace}`;
const repository = (at: At) => `repository ${at.workspace}/${at.repo_slug}`;
const project = (at: At) => `project ${at.workspace}/${at.project_key}`;
const permissionScopes = { read: "read:permission", write: "write:permission", delete: "delete:permission" };
/** Not documented for the 1.0 API; what else concerns a workspace needs these. */
const workspaceScopes = { read: "read:workspace", write: "admin:workspace" };
const pipelineScopes = { read: "read:pipeline", write: "admin:pipeline" };
const webhookScopes = { read: "read:webhook", write: "write:webhook", delete: "delete:webhook" };
const readingScopes = (read: string) => ({ read, write: read });

/** https://support.atlassian.com/bitbucket-cloud/docs/api-token-permissions/ */
const families: { readonly [P in keyof Contract]?: Family } = {
  "/1.0/groups/{workspace}": { what: (at) => `the groups of workspace ${at.workspace}`, ...workspaceScopes },
  "/1.0/groups/{workspace}/{group_slug}": {
    what: (at) => `group ${at.group_slug} of workspace ${at.workspace}`,
    ...workspaceScopes,
  },
  "/1.0/groups/{workspace}/{group_slug}/members": {
    what: (at) => `the members of group ${at.group_slug} of ${workspace(at)}`,
    ...workspaceScopes,
  },
  "/1.0/groups/{workspace}/{group_slug}/members/{uuid}": {
    what: (at) => `member ${at.uuid} of group ${at.group_slug} of ${workspace(at)}`,
    ...workspaceScopes,
  },
  "/workspaces/{workspace}": { what: workspace, ...readingScopes("read:workspace") },
  "/workspaces/{workspace}/members": {
    what: (at) => `the members of ${workspace(at)}`,
    ...readingScopes("read:workspace"),
  },
  "/workspaces/{workspace}/projects": {
    what: (at) => `the projects of ${workspace(at)}`,
    ...readingScopes("read:project"),
  },
  "/repositories/{workspace}": {
    what: (at) => `the repositories of ${workspace(at)}`,
    ...readingScopes("read:repository"),
  },
  "/workspaces/{workspace}/permissions/repositories": {
    what: (at) => `the effective permissions on the repositories of ${workspace(at)}`,
    ...readingScopes("read:permission"),
  },
  "/workspaces/{workspace}/permissions/repositories/{repo_slug}": {
    what: (at) => `the effective permissions on ${repository(at)}`,
    ...readingScopes("read:permission"),
  },
  "/repositories/{workspace}/{repo_slug}/deploy-keys": {
    what: (at) => `the access keys of ${repository(at)}`,
    ...readingScopes("admin:repository"),
  },
  "/repositories/{workspace}/{repo_slug}/hooks": {
    what: (at) => `the webhooks of ${repository(at)}`,
    ...readingScopes("read:webhook"),
  },
  "/workspaces/{workspace}/hooks": {
    what: (at) => `the webhooks of ${workspace(at)}`,
    ...webhookScopes,
  },
  "/workspaces/{workspace}/hooks/{uid}": {
    what: (at) => `webhook ${at.uid} of ${workspace(at)}`,
    ...webhookScopes,
  },
  "/workspaces/{workspace}/pipelines-config/variables": {
    what: (at) => `the pipeline variables of ${workspace(at)}`,
    ...pipelineScopes,
  },
  "/workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": {
    what: (at) => `a pipeline variable of ${workspace(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config": {
    what: (at) => `whether pipelines run in ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables": {
    what: (at) => `the pipeline variables of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": {
    what: (at) => `a pipeline variable of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules": {
    what: (at) => `the pipeline schedules of ${repository(at)}`,
    read: "read:pipeline",
    write: "write:pipeline",
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": {
    what: (at) => `pipeline schedule ${at.schedule_uuid} of ${repository(at)}`,
    read: "read:pipeline",
    write: "write:pipeline",
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups": {
    what: (at) => `the permissions of groups on ${project(at)}`,
    ...permissionScopes,
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users": {
    what: (at) => `the permissions of users on ${project(at)}`,
    ...permissionScopes,
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": {
    what: (at) => `the permission of group ${at.group_slug} on ${project(at)}`,
    ...permissionScopes,
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": {
    what: (at) => `the permission of user ${at.selected_user_id} on ${project(at)}`,
    ...permissionScopes,
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups": {
    what: (at) => `the permissions of groups on ${repository(at)}`,
    ...permissionScopes,
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/users": {
    what: (at) => `the permissions of users on ${repository(at)}`,
    ...permissionScopes,
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": {
    what: (at) => `the permission of group ${at.group_slug} on ${repository(at)}`,
    ...permissionScopes,
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": {
    what: (at) => `the permission of user ${at.selected_user_id} on ${repository(at)}`,
    ...permissionScopes,
  },
  "/repositories/{workspace}/{repo_slug}/branch-restrictions": {
    what: (at) => `the branch restrictions of ${repository(at)}`,
    read: "admin:repository",
    write: "admin:repository",
  },
  "/repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": {
    what: (at) => `branch restriction ${at.id} of ${repository(at)}`,
    read: "admin:repository",
    write: "admin:repository",
  },
  "/repositories/{workspace}/{repo_slug}/environments": {
    what: (at) => `the deployment environments of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}": {
    what: (at) => `deployment environment ${at.environment_uuid} of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}/changes": {
    what: (at) => `deployment environment ${at.environment_uuid} of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables": {
    what: (at) => `the variables of deployment environment ${at.environment_uuid} of ${repository(at)}`,
    ...pipelineScopes,
  },
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables/{variable_uuid}":
    {
      what: (at) => `a variable of deployment environment ${at.environment_uuid} of ${repository(at)}`,
      ...pipelineScopes,
    },
};

/** The family of a path of the contract. */
export function familyOf(path: string): Family | undefined {
  const at = path as keyof Contract;
  return families[at] ?? pullRequestFamilies[at] ?? organizationFamilies[at];
}

/** Every scope that a token needs for all of this, sorted. */
export function everyScope(): string[] {
  const all = Object.values(families).flatMap((family) => [
    family.read,
    family.write,
    family.delete ?? family.write,
  ]);
  return [...new Set(all)].sort().map((scope) => `${scope}:bitbucket`);
}
