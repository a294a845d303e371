/**
 * Projects and repositories, to look at: neither is made or removed here
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/,
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/).
 */
import { checkWorkspace, endpoint, ok, page, projectOf, repositoryOf } from "../endpoint";
import { conditionsOf, meets } from "../filter";
import { ApiError } from "../errors";
import * as show from "../present";
import { projectPermission, repositoryPermission, suffices } from "../permissionRules";

export const projectEndpoints = [
  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/projects",
      family: "projects",
      scopes: ["read:project:bitbucket"],
      paged: true,
    },
    (call) => {
      checkWorkspace(call);
      const visible = call.state.projects.filter((project) =>
        suffices(projectPermission(call.state, project, call.account.uuid), "read"),
      );
      return page(call, visible, show.project);
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/projects/:project",
      family: "projects",
      scopes: ["read:project:bitbucket"],
    },
    (call) => ok(show.project(projectOf(call, "read"))),
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/repositories/:workspace",
      family: "repositories",
      scopes: ["read:repository:bitbucket"],
      query: ["q"],
      paged: true,
    },
    (call) => {
      checkWorkspace(call);
      if (call.state.workspace.spam) throw new ApiError(410, "This account has been marked as spam.");
      const conditions = conditionsOf(call.url.searchParams.get("q"), ["project.key", "slug"]);
      const visible = call.state.repositories.filter(
        (repository) =>
          suffices(repositoryPermission(call.state, repository, call.account.uuid), "read") &&
          meets(conditions, (field) => (field === "slug" ? repository.slug : repository.project)),
      );
      return page(call, visible, (repository) => show.repository(call.state, repository));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/repositories/:workspace/:repository",
      family: "repositories",
      scopes: ["read:repository:bitbucket"],
    },
    (call) => ok(show.repository(call.state, repositoryOf(call, "read"))),
  ),
];
