/** What each part of Bitbucket's API is called: for errors that a person can act on. */
import type { Contract } from "./contract";
import { organizationFamilies } from "./organization-families";
import { type At, type Family } from "./family";

const workspace = (at: At) => `workspace ${at.workspace}`;
const repository = ({ workspace, repo_slug: slug, repo_name: name }: At) =>
  name === undefined ? `repository ${workspace}/${slug}` : `repository ${workspace}/${name} (${slug})`;
const project = (at: At) => `project ${at.workspace}/${at.project_key}`;
const request = (at: At) => `pull request ${at.pull_request_id} of ${repository(at)}`;
const report = (at: At) => `report ${at.reportId} on commit ${at.commit} of ${repository(at)}`;

const families: { readonly [P in keyof Contract]?: Family } = {
  "/1.0/groups/{workspace}": (at) => `the groups of workspace ${at.workspace}`,
  "/1.0/groups/{workspace}/{group_slug}": (at) => `group ${at.group_slug} of workspace ${at.workspace}`,
  "/1.0/groups/{workspace}/{group_slug}/members": (at) =>
    `the members of group ${at.group_slug} of ${workspace(at)}`,
  "/1.0/groups/{workspace}/{group_slug}/members/{uuid}": (at) =>
    `member ${at.uuid} of group ${at.group_slug} of ${workspace(at)}`,
  "/workspaces/{workspace}": workspace,
  "/workspaces/{workspace}/members": (at) => `the members of ${workspace(at)}`,
  "/workspaces/{workspace}/permissions": (at) => `the members of ${workspace(at)} and who administers it`,
  "/workspaces/{workspace}/projects": (at) => `the projects of ${workspace(at)}`,
  "/repositories/{workspace}": (at) => `the repositories of ${workspace(at)}`,
  "/workspaces/{workspace}/permissions/repositories": (at) =>
    `the effective permissions on the repositories of ${workspace(at)}`,
  "/workspaces/{workspace}/permissions/repositories/{repo_slug}": (at) =>
    `the effective permissions on ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/deploy-keys": (at) => `the access keys of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/hooks": (at) => `the webhooks of ${repository(at)}`,
  "/workspaces/{workspace}/hooks": (at) => `the webhooks of ${workspace(at)}`,
  "/workspaces/{workspace}/hooks/{uid}": (at) => `webhook ${at.uid} of ${workspace(at)}`,
  "/workspaces/{workspace}/pipelines-config/variables": (at) => `the pipeline variables of ${workspace(at)}`,
  "/workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": (at) =>
    `a pipeline variable of ${workspace(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines_config": (at) =>
    `whether pipelines run in ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables": (at) =>
    `the pipeline variables of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": (at) =>
    `a pipeline variable of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules": (at) =>
    `the pipeline schedules of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": (at) =>
    `pipeline schedule ${at.schedule_uuid} of ${repository(at)}`,
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups": (at) =>
    `the permissions of groups on ${project(at)}`,
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users": (at) =>
    `the permissions of users on ${project(at)}`,
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": (at) =>
    `the permission of group ${at.group_slug} on ${project(at)}`,
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": (at) =>
    `the permission of user ${at.selected_user_id} on ${project(at)}`,
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups": (at) =>
    `the permissions of groups on ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/permissions-config/users": (at) =>
    `the permissions of users on ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": (at) =>
    `the permission of group ${at.group_slug} on ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": (at) =>
    `the permission of user ${at.selected_user_id} on ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/branch-restrictions": (at) =>
    `the branch restrictions of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": (at) =>
    `branch restriction ${at.id} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/environments": (at) =>
    `the deployment environments of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}": (at) =>
    `deployment environment ${at.environment_uuid} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/environments/{environment_uuid}/changes": (at) =>
    `deployment environment ${at.environment_uuid} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables": (
    at,
  ) => `the variables of deployment environment ${at.environment_uuid} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables/{variable_uuid}":
    (at) => `a variable of deployment environment ${at.environment_uuid} of ${repository(at)}`,

  "/repositories/{workspace}/{repo_slug}": repository,
  "/repositories/{workspace}/{repo_slug}/commit/{commit}": (at) => `commit ${at.commit} of ${repository(at)}`,
  "/user": () => "who the token belongs to",
  "/users/{selected_user}": (at) => `account ${at.selected_user}`,
  "/snippets/{workspace}": (at) => `the snippets of ${workspace(at)}`,
  "/repositories/{workspace}/{repo_slug}/refs/branches/{name}": (at) =>
    `branch ${at.name} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/src/{commit}/{path}": (at) =>
    `${at.path} of ${repository(at)} at ${at.commit}`,
  "/repositories/{workspace}/{repo_slug}/src": (at) => `the files of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pullrequests": (at) => `the pull requests of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": request,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity": (at) =>
    `the log of ${request(at)}`,
  "/repositories/{workspace}/{repo_slug}/commits/{revision}": (at) =>
    `the commits up to ${at.revision} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/diffstat/{spec}": (at) =>
    `what differs in ${at.spec} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": (at) =>
    `the comments on ${request(at)}`,
  "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": (at) =>
    `comment ${at.comment_id} on ${request(at)}`,
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}": (at) =>
    `pipeline ${at.pipeline_uuid} of ${repository(at)}`,
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": report,
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations": (at) =>
    `the annotations of ${report(at)}`,
};

/** What is at a path of the contract. */
export function familyOf(path: string): Family | undefined {
  const at = path as keyof Contract;
  return families[at] ?? organizationFamilies[at]?.what;
}
