/**
 * What each part of this project asks of Bitbucket: the requests, by method and path of Bitbucket's contract, and Git.
 * Which scopes an API token needs follows from it (`scopesFor` of the package @pulumi/bitbucket knows those of each
 * request). docs/reference/tokens.md is generated from this table, and a test lets each part do its work with a token
 * that has these scopes and no others.
 */

const repository = "/repositories/{workspace}/{repo_slug}";
const project = "/workspaces/{workspace}/projects/{project_key}";
const groups = "/1.0/groups/{workspace}";
const environments = `${repository}/environments`;
const variables = `${repository}/deployments_config/environments/{environment_uuid}/variables`;
const schedules = `${repository}/pipelines_config/schedules`;
const requests = `${repository}/pullrequests`;
const reports = `${repository}/commit/{commit}/reports/{reportId}`;
const members = "GET /workspaces/{workspace}/members";

/** The lists that the program owns. */
const lists = [
  `GET ${groups}`,
  `GET ${project}/permissions-config/groups`,
  `GET ${project}/permissions-config/users`,
  `GET ${repository}/permissions-config/groups`,
  `GET ${repository}/permissions-config/users`,
  `GET ${repository}/branch-restrictions`,
  `GET ${environments}`,
  `GET ${variables}`,
  `GET ${schedules}`,
] as const;

/** What is read of all that the program declares, and of the workspace around it, to find what Bitbucket would refuse. */
const declared = [
  ...lists,
  `GET ${repository}`,
  "GET /repositories/{workspace}",
  "GET /workspaces/{workspace}",
  "GET /workspaces/{workspace}/permissions",
  "GET /workspaces/{workspace}/projects",
] as const;

/** Who had a change reviewed, and what the file was before it. */
const approvals = [
  `GET ${repository}/commit/{commit}`,
  `GET ${repository}/src/{commit}/{path}`,
  `GET ${requests}/{pull_request_id}`,
  `GET ${requests}/{pull_request_id}/activity`,
  `GET ${repository}/commits/{revision}`,
  `GET ${repository}/diffstat/{spec}`,
  `GET ${repository}`,
  members,
] as const;

/** Groups, and what was given to one account alone. */
const leaving = [
  `GET ${groups}`,
  `DELETE ${groups}/{group_slug}/members/{uuid}`,
  `DELETE ${project}/permissions-config/users/{selected_user_id}`,
  `DELETE ${repository}/permissions-config/users/{selected_user_id}`,
  members,
] as const;

export const parts = {
  program: {
    runs: "`pulumi up`, `npm run deploy`, `rotate`, `recover`, `verify` and `resolve`",
    operations: [
      ...declared,
      `POST ${groups}`,
      `DELETE ${groups}/{group_slug}`,
      `PUT ${project}/permissions-config/groups/{group_slug}`,
      `DELETE ${project}/permissions-config/groups/{group_slug}`,
      `PUT ${project}/permissions-config/users/{selected_user_id}`,
      `DELETE ${project}/permissions-config/users/{selected_user_id}`,
      `PUT ${repository}/permissions-config/groups/{group_slug}`,
      `DELETE ${repository}/permissions-config/groups/{group_slug}`,
      `PUT ${repository}/permissions-config/users/{selected_user_id}`,
      `DELETE ${repository}/permissions-config/users/{selected_user_id}`,
      `POST ${repository}/branch-restrictions`,
      `PUT ${repository}/branch-restrictions/{id}`,
      `DELETE ${repository}/branch-restrictions/{id}`,
      `POST ${environments}`,
      `POST ${environments}/{environment_uuid}/changes`,
      `DELETE ${environments}/{environment_uuid}`,
      `POST ${variables}`,
      `PUT ${variables}/{variable_uuid}`,
      `DELETE ${variables}/{variable_uuid}`,
      `POST ${schedules}`,
      `PUT ${schedules}/{schedule_uuid}`,
      `DELETE ${schedules}/{schedule_uuid}`,
      `PUT ${reports}`,
    ],
  },
  approvals: {
    runs: "`npm run deploy -- … --repository`, and in a pipeline: who approved the pull request",
    operations: approvals,
  },
  sync: {
    runs: "`npm run sync`",
    operations: [
      ...leaving,
      `PUT ${groups}/{group_slug}/members/{uuid}`,
      `GET ${project}/permissions-config/users/{selected_user_id}`,
      `GET ${repository}/permissions-config/users/{selected_user_id}`,
    ],
  },
  preview: {
    runs: "`npm run preview`, `npm run pulumi -- preview`",
    operations: declared,
  },
  "pull-request": {
    runs: "`npm run pull-request`, besides a preview",
    operations: [
      ...declared,
      "git fetch",
      "GET /user",
      `GET ${requests}`,
      `GET ${requests}/{pull_request_id}`,
      `GET ${requests}/{pull_request_id}/comments`,
      `POST ${requests}/{pull_request_id}/comments`,
      `PUT ${requests}/{pull_request_id}/comments/{comment_id}`,
      `PUT ${reports}`,
      `DELETE ${reports}`,
      `POST ${reports}/annotations`,
    ],
  },
  drift: {
    runs: "`npm run drift`, `npm run evidence`",
    operations: [
      ...lists,
      "GET /repositories/{workspace}",
      "GET /workspaces/{workspace}/projects",
      "GET /workspaces/{workspace}/hooks",
      "GET /workspaces/{workspace}/pipelines-config/variables",
      `GET ${repository}/pipelines_config/variables`,
      `GET ${repository}/deploy-keys`,
      `GET ${repository}/hooks`,
    ],
  },
  offboard: {
    runs: "`npm run offboard`",
    operations: [
      ...leaving,
      "GET /workspaces/{workspace}/projects",
      "GET /workspaces/{workspace}/permissions/repositories",
      "GET /users/{selected_user}",
    ],
  },
  why: {
    runs: "`npm run why -- … --live`",
    operations: [
      `GET ${groups}`,
      `GET ${repository}/branch-restrictions`,
      "GET /workspaces/{workspace}/permissions/repositories",
      members,
    ],
  },
  proposal: {
    runs: "`npm run offboard -- … --repository` and `npm run request -- … --repository`: the pull requests that they open",
    operations: [
      `GET ${repository}`,
      `GET ${repository}/refs/branches/{name}`,
      `GET ${repository}/diffstat/{spec}`,
      `GET ${repository}/src/{commit}/{path}`,
      "GET /user",
      `POST ${repository}/src`,
      `GET ${requests}`,
      `POST ${requests}`,
    ],
  },
  trail: {
    runs: "the audit trail in pipelines, and `npm run audit -- collect`",
    operations: ["git fetch", "git push", `GET ${repository}/pipelines/{pipeline_uuid}`],
  },
  webhook: {
    runs: "a service of yours that starts the runner's pipeline when Bitbucket calls its webhook",
    operations: [`POST ${repository}/pipelines`],
  },
} as const;

export type PartName = keyof typeof parts;
