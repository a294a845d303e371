import { causeOf } from "./causes";
import { providerScopes, scopesFor, scopesOf } from "./scopes";

const tokens = "https://id.atlassian.com/manage-profile/security/api-tokens";
const repository = "/repositories/{workspace}/{repo_slug}";
const project = "/workspaces/{workspace}/projects/{project_key}";
const groups = "/1.0/groups/{workspace}";
const announced = {
  error: { data: { announcement_url: "https://developer.atlassian.com/changelog/#CHANGE-1" } },
};
const detail = (required: string[], granted: string[]) => ({ error: { detail: { required, granted } } });

test.each([
  [
    "a scope that Bitbucket says it misses",
    "put",
    `${project}/permissions-config/groups/{group_slug}`,
    403,
    detail(["admin:project:bitbucket", "write:permission:bitbucket"], ["write:permission:bitbucket"]),
    `the API token lacks the scope admin:project:bitbucket; a token cannot be extended: make a new one at ${tokens} with the scope admin:project:bitbucket besides those that it has, and set BITBUCKET_API_TOKEN`,
  ],
  [
    "several of them",
    "get",
    repository,
    403,
    detail(["a", "b"], []),
    `the API token lacks the scopes a and b; a token cannot be extended: make a new one at ${tokens} with the scopes a and b besides those that it has, and set BITBUCKET_API_TOKEN`,
  ],
  [
    "a refusal that has another reason",
    "delete",
    `${repository}/permissions-config/users/{selected_user_id}`,
    403,
    detail(["admin:repository:bitbucket"], ["admin:repository:bitbucket"]),
    `the account of the API token does not administer this, or the token lacks admin:repository:bitbucket or delete:permission:bitbucket; make the account an administrator, or make a token with the scope at ${tokens}`,
  ],
  [
    "a refusal without a reason of what no table knows",
    "get",
    "/x",
    403,
    {},
    "the account of the API token does not administer this; make the account an administrator",
  ],
  [
    "a refused write of groups",
    "post",
    groups,
    403,
    {},
    `the account of the API token does not administer this, or the groups are administered at admin.atlassian.com, or the token lacks admin:workspace:bitbucket; make the account an administrator, or set BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY to have it done there, or make a token with the scope at ${tokens}`,
  ],
  [
    "a write of groups that are the organisation's",
    "delete",
    `${groups}/{group_slug}`,
    405,
    {},
    "the groups of this workspace are administered at admin.atlassian.com, where this API cannot write; set BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY to have it done there",
  ],
  ["a method that there is not", "put", `${project}/x`, 405, {}, "this API does not allow it"],
  [
    "one schedule too many",
    "post",
    `${repository}/pipelines_config/schedules`,
    401,
    {},
    "the repository has as many schedules as Bitbucket allows, which it says by this status; remove one (Repository settings, Pipelines, Schedules), or declare fewer; or the API token has ended meanwhile",
  ],
  [
    "a token that ended",
    "get",
    `${repository}/pipelines_config/schedules`,
    401,
    {},
    `the e-mail or the API token is wrong, or the token has expired or was revoked; make a new one at ${tokens} and set BITBUCKET_EMAIL and BITBUCKET_API_TOKEN`,
  ],
  [
    "a permission for who takes none",
    "put",
    `${project}/permissions-config/users/{selected_user_id}`,
    400,
    {},
    "who is no member of the workspace, and who owns it, takes no permission of their own; invite the account to the workspace first, or take the permission out",
  ],
  [
    "what is gone",
    "get",
    `${repository}/environments`,
    410,
    {},
    "Atlassian has removed this part of the API; look for a newer version of this provider",
  ],
  [
    "a brown-out",
    "get",
    "/repositories/{workspace}",
    410,
    announced,
    "Atlassian has switched this part of the API off, for good or for a while as a warning, as announced at https://developer.atlassian.com/changelog/#CHANGE-1; run it again later, and look for a newer version of this provider",
  ],
  [
    "a workspace that is taken for spam",
    "get",
    "/repositories/{workspace}",
    410,
    {},
    "Atlassian has marked the account of this workspace as spam; write to https://support.atlassian.com/contact",
  ],
  [
    "too many webhooks",
    "get",
    "/workspaces/{workspace}/hooks",
    429,
    {},
    "it asks too much at once or in this hour (1,000 requests to webhooks an hour for each user); run it again later",
  ],
  [
    "the key of an organisation without a scope",
    "post",
    "/admin/v2/orgs/{organization}/directories/{directory}/groups",
    403,
    {},
    "the API key lacks the scope write:groups:admin, or the group comes from an identity provider; make a key with the scope, or make the change where the group comes from",
  ],
] as const)("%s", (_, method, path, status, body, expected) => {
  expect(causeOf({ method, path }, status, body)).toBe(expected);
});

test("scopes of one request, of several, and of all that the provider asks", () => {
  expect(scopesOf("get", "/user")).toEqual(["read:user:bitbucket"]);
  expect(scopesOf("get", "/x")).toBeUndefined();
  expect(scopesFor(["git push", "git fetch", "GET /repositories/{workspace}"])).toEqual([
    "read:repository:bitbucket",
    "write:repository:bitbucket",
  ]);
  expect(providerScopes().map((scope) => scope.replace(":bitbucket", ""))).toEqual([
    "admin:pipeline",
    "admin:project",
    "admin:repository",
    "admin:workspace",
    "delete:permission",
    "delete:webhook",
    "read:pipeline",
    "read:project",
    "read:repository",
    "read:user",
    "read:webhook",
    "read:workspace",
    "write:permission",
    "write:pipeline",
    "write:webhook",
  ]);
});
