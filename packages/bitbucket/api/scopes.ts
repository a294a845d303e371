/**
 * Which scopes of an API token an operation of Bitbucket's API wants: all of them, and none implies another. What
 * Atlassian's OpenAPI document says of each operation (`x-atlassian-oauth2-scopes` in
 * https://developer.atlassian.com/cloud/bitbucket/swagger.v3.json). Errors, the documentation and the tokens of the
 * commands are made of this table; the emulator has one of its own.
 */
import type { Method, Paths } from "./contract";

/** A request by its method and the path of the contract; Git is asked by HTTP, with the same token. */
type Operation = { [M in Method]: `${Uppercase<M>} ${Paths<M>}` }[Method] | GitOperation;
type GitOperation = "git fetch" | "git push";

const repository = "/repositories/{workspace}/{repo_slug}";
const project = "/workspaces/{workspace}/projects/{project_key}";
const hooks = "/workspaces/{workspace}/hooks";
const groups = "/1.0/groups/{workspace}";
const workspaceVariables = "/workspaces/{workspace}/pipelines-config/variables";
const repositoryVariables = `${repository}/pipelines_config/variables`;
const schedules = `${repository}/pipelines_config/schedules`;
const environments = `${repository}/environments`;
const environmentVariables = `${repository}/deployments_config/environments/{environment_uuid}/variables`;
const requests = `${repository}/pullrequests`;
const reports = `${repository}/commit/{commit}/reports/{reportId}`;

const readRepository = ["read:repository"];
const adminRepository = ["admin:repository"];
const readProject = ["read:project"];
const readPipeline = ["read:pipeline"];
const adminPipeline = ["admin:pipeline"];
const writePipeline = ["read:pipeline", "write:pipeline"];
const readRequest = ["read:pullrequest"];
const readMembers = ["read:workspace", "read:user"];
const writeHook = ["read:webhook", "write:webhook"];
const givesOn = (administers: string) => [administers, "write:permission"];
const takesOn = (administers: string) => [administers, "delete:permission"];
/** Not documented for the 1.0 API; what else concerns a workspace needs these. */
const readGroups = ["read:workspace"];
const writeGroups = ["admin:workspace"];

type Wanted = Readonly<Partial<Record<Operation, readonly string[]>>>;

/** What the resources and functions of the provider ask. */
const ofProvider = {
  [`GET ${groups}`]: readGroups,
  [`POST ${groups}`]: writeGroups,
  [`DELETE ${groups}/{group_slug}`]: writeGroups,
  [`GET ${groups}/{group_slug}/members`]: readGroups,
  [`PUT ${groups}/{group_slug}/members/{uuid}`]: writeGroups,
  [`DELETE ${groups}/{group_slug}/members/{uuid}`]: writeGroups,

  "GET /workspaces/{workspace}": ["read:workspace"],
  "GET /workspaces/{workspace}/members": readMembers,
  "GET /workspaces/{workspace}/projects": readProject,
  "GET /repositories/{workspace}": readRepository,
  [`GET ${repository}`]: readRepository,
  "GET /workspaces/{workspace}/permissions/repositories": readRepository,
  "GET /workspaces/{workspace}/permissions/repositories/{repo_slug}": readRepository,

  [`GET ${project}/permissions-config/groups`]: readProject,
  [`PUT ${project}/permissions-config/groups/{group_slug}`]: givesOn("admin:project"),
  [`DELETE ${project}/permissions-config/groups/{group_slug}`]: takesOn("admin:project"),
  [`GET ${project}/permissions-config/users`]: readProject,
  [`PUT ${project}/permissions-config/users/{selected_user_id}`]: givesOn("admin:project"),
  [`DELETE ${project}/permissions-config/users/{selected_user_id}`]: takesOn("admin:project"),
  [`GET ${repository}/permissions-config/groups`]: readRepository,
  [`PUT ${repository}/permissions-config/groups/{group_slug}`]: givesOn("admin:repository"),
  [`DELETE ${repository}/permissions-config/groups/{group_slug}`]: takesOn("admin:repository"),
  [`GET ${repository}/permissions-config/users`]: readRepository,
  [`PUT ${repository}/permissions-config/users/{selected_user_id}`]: givesOn("admin:repository"),
  [`DELETE ${repository}/permissions-config/users/{selected_user_id}`]: takesOn("admin:repository"),

  [`GET ${repository}/branch-restrictions`]: adminRepository,
  [`POST ${repository}/branch-restrictions`]: adminRepository,
  [`PUT ${repository}/branch-restrictions/{id}`]: adminRepository,
  [`DELETE ${repository}/branch-restrictions/{id}`]: adminRepository,

  [`GET ${environments}`]: readPipeline,
  [`POST ${environments}`]: adminPipeline,
  [`POST ${environments}/{environment_uuid}/changes`]: adminPipeline,
  [`DELETE ${environments}/{environment_uuid}`]: adminPipeline,
  [`GET ${environmentVariables}`]: readPipeline,
  [`POST ${environmentVariables}`]: adminPipeline,
  [`PUT ${environmentVariables}/{variable_uuid}`]: adminPipeline,
  [`DELETE ${environmentVariables}/{variable_uuid}`]: adminPipeline,
  [`GET ${repositoryVariables}`]: readPipeline,
  [`POST ${repositoryVariables}`]: adminPipeline,
  [`PUT ${repositoryVariables}/{variable_uuid}`]: adminPipeline,
  [`DELETE ${repositoryVariables}/{variable_uuid}`]: adminPipeline,
  [`GET ${workspaceVariables}`]: readPipeline,
  [`POST ${workspaceVariables}`]: adminPipeline,
  [`PUT ${workspaceVariables}/{variable_uuid}`]: adminPipeline,
  [`DELETE ${workspaceVariables}/{variable_uuid}`]: adminPipeline,

  [`GET ${repository}/pipelines_config`]: adminRepository,
  [`PUT ${repository}/pipelines_config`]: adminRepository,
  [`GET ${schedules}`]: readPipeline,
  [`POST ${schedules}`]: writePipeline,
  [`PUT ${schedules}/{schedule_uuid}`]: writePipeline,
  [`DELETE ${schedules}/{schedule_uuid}`]: ["write:pipeline"],

  [`GET ${hooks}`]: ["read:webhook"],
  [`POST ${hooks}`]: writeHook,
  [`PUT ${hooks}/{uid}`]: writeHook,
  [`DELETE ${hooks}/{uid}`]: ["delete:webhook"],
} as const satisfies Wanted;

/** What others ask who use this client: pull requests, commits, files, people. */
const ofOthers = {
  "GET /user": ["read:user"],
  "GET /users/{selected_user}": ["read:user"],
  "GET /snippets/{workspace}": ["read:snippet"],
  "GET /workspaces/{workspace}/permissions": readMembers,
  [`GET ${project}/permissions-config/users/{selected_user_id}`]: readProject,
  [`GET ${repository}/permissions-config/users/{selected_user_id}`]: readRepository,
  [`GET ${repository}/deploy-keys`]: adminRepository,
  [`GET ${repository}/hooks`]: ["read:webhook"],
  [`GET ${repository}/commit/{commit}`]: readRepository,
  [`GET ${repository}/commits/{revision}`]: readRepository,
  [`GET ${repository}/diffstat/{spec}`]: readRepository,
  [`GET ${repository}/refs/branches/{name}`]: readRepository,
  [`GET ${repository}/src/{commit}/{path}`]: readRepository,
  [`POST ${repository}/src`]: ["write:repository"],
  "git fetch": readRepository,
  "git push": ["write:repository"],
  [`GET ${requests}`]: readRequest,
  [`POST ${requests}`]: ["read:pullrequest", "write:pullrequest"],
  [`GET ${requests}/{pull_request_id}`]: readRequest,
  [`GET ${requests}/{pull_request_id}/activity`]: readRequest,
  // A comment and a report want no more to be written than to be read.
  [`GET ${requests}/{pull_request_id}/comments`]: readRequest,
  [`POST ${requests}/{pull_request_id}/comments`]: readRequest,
  [`PUT ${requests}/{pull_request_id}/comments/{comment_id}`]: readRequest,
  [`PUT ${reports}`]: readRepository,
  [`DELETE ${reports}`]: readRepository,
  [`POST ${reports}/annotations`]: readRepository,
  [`POST ${repository}/pipelines`]: writePipeline,
  [`GET ${repository}/pipelines/{pipeline_uuid}`]: readPipeline,
} as const satisfies Wanted;

const all: Wanted = { ...ofProvider, ...ofOthers };
const named = (scopes: Iterable<string>) => [...new Set(scopes)].sort().map((scope) => `${scope}:bitbucket`);

/** An operation whose scopes are known. */

export type KnownOperation = keyof typeof ofProvider | keyof typeof ofOthers;

/** The scopes that one request wants, sorted; undefined where the table does not know it. */
export function scopesOf(method: Method, path: string): readonly string[] | undefined {
  const wanted = all[`${method.toUpperCase()} ${path}` as Operation];
  return wanted && named(wanted);
}

/** The scopes of a token that is enough for all of these, sorted. */
export function scopesFor(asked: readonly KnownOperation[]): readonly string[] {
  return named(asked.flatMap((operation) => all[operation] ?? []));
}

/** The scopes of a token that is enough for everything that the provider does, sorted. */
export function providerScopes(): readonly string[] {
  return scopesFor(Object.keys(ofProvider) as KnownOperation[]);
}
