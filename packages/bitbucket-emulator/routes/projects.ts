/**
 * Projects and repositories, to look at; a project's key changes here, and its old one leads nowhere
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/,
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/).
 */
import { z } from "zod";
import { json } from "../body";
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
      method: "PUT",
      path: "/2.0/workspaces/:workspace/projects/:project",
      family: "projects",
      scopes: ["admin:project:bitbucket"],
      body: json(z.strictObject({ key: z.string().regex(/^[A-Z][A-Z0-9_]*$/), name: z.string().min(1) })),
    },
    (call) => {
      const project = projectOf(call, "admin");
      const { projects, repositories, accessTokens = [] } = call.state;
      const { key, name } = call.body;
      if (projects.some((each) => each !== project && each.key === key))
        throw new ApiError(400, "Project with this Owner and Key already exists.");
      for (const each of [...repositories, ...accessTokens])
        if (each.project === project.key) each.project = key;
      Object.assign(project, { key, name });
      return ok(show.project(project));
    },
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
