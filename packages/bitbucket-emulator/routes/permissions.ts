/**
 * Explicit permissions of groups and people on projects and repositories
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/, `permissions-config`).
 *
 * A project and a repository have the same four endpoints for groups as for users; they differ in the words
 * that a permission may be and in the name of the object in an answer.
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema, type Scope } from "../contract";
import {
  endpoint,
  noContent,
  ok,
  page,
  pick,
  projectOf,
  repositoryOf,
  type Call,
  type Endpoint,
} from "../endpoint";
import { type Grants, type ProjectPermission, type RepositoryPermission, type State } from "../entities";
import { ApiError } from "../errors";
import * as show from "../present";
import { isAdministrator, isMember } from "../permissionRules";

/** One of the four places that explicit permissions are kept in. */
interface Place<Permission extends ProjectPermission> {
  readonly path: string;
  readonly scopes: { readonly read: Scope; readonly admin: Scope };
  readonly permissions: readonly [Permission, ...Permission[]];
  readonly holders: "groups" | "users";
  /** The grants of the call's project or repository, once the caller is seen to administer it. */
  readonly grants: (call: Call<unknown>) => Grants<Permission>;
  readonly show: (call: Call<unknown>, holder: string, permission: Permission | "none") => object;
}

const repositoryPath = "/2.0/repositories/:workspace/:repository/permissions-config";
const projectPath = "/2.0/workspaces/:workspace/projects/:project/permissions-config";

const repositoryPlace = {
  scopes: { read: "read:repository:bitbucket", admin: "admin:repository:bitbucket" },
  permissions: ["read", "write", "admin"],
  grants: (call: Call<unknown>) => repositoryOf(call, "admin").grants,
} as const;
const projectPlace = {
  scopes: { read: "read:project:bitbucket", admin: "admin:project:bitbucket" },
  permissions: ["read", "write", "create-repo", "admin"],
  grants: (call: Call<unknown>) => projectOf(call, "admin").grants,
} as const;

export const permissionEndpoints = [
  ...endpointsOf<RepositoryPermission>({
    ...repositoryPlace,
    path: `${repositoryPath}/groups`,
    holders: "groups",
    show: (call, holder, permission): Schema<"repository_group_permission"> => ({
      type: "repository_group_permission",
      permission,
      group: show.group(call.state, holder),
      repository: show.repository(call.state, repositoryOf(call, "admin")),
    }),
  }),
  ...endpointsOf<RepositoryPermission>({
    ...repositoryPlace,
    path: `${repositoryPath}/users`,
    holders: "users",
    show: (call, holder, permission): Schema<"repository_user_permission"> => ({
      type: "repository_user_permission",
      permission,
      user: show.userBy(call.state, holder),
      repository: show.repository(call.state, repositoryOf(call, "admin")),
    }),
  }),
  ...endpointsOf<ProjectPermission>({
    ...projectPlace,
    path: `${projectPath}/groups`,
    holders: "groups",
    show: (call, holder, permission): Schema<"project_group_permission"> => ({
      type: "project_group_permission",
      permission,
      group: show.group(call.state, holder),
      project: show.project(projectOf(call, "admin")),
    }),
  }),
  ...endpointsOf<ProjectPermission>({
    ...projectPlace,
    path: `${projectPath}/users`,
    holders: "users",
    show: (call, holder, permission): Schema<"project_user_permission"> => ({
      type: "project_user_permission",
      permission,
      user: show.userBy(call.state, holder),
      project: show.project(projectOf(call, "admin")),
    }),
  }),
];

function endpointsOf<Permission extends ProjectPermission>(place: Place<Permission>): Endpoint[] {
  const { path, scopes, holders } = place;
  const family = "permissions";
  const one = `${path}/:holder`;
  const body = json(z.strictObject({ permission: z.enum(place.permissions) }));
  return [
    endpoint(
      {
        method: "GET",
        path,
        family,
        scopes: [scopes.read],
        paged: true,
      },
      (call) =>
        page(call, place.grants(call)[holders], ({ holder, permission }) =>
          place.show(call, holder, permission),
        ),
    ),
    endpoint(
      {
        method: "GET",
        path: one,
        family,
        scopes: [scopes.read],
      },
      (call) => {
        const grants = place.grants(call)[holders];
        const holder = holderOf(call.state, holders, call.param("holder"));
        const grant = grants.find((each) => each.holder === holder);
        return ok(place.show(call, holder, grant?.permission ?? "none"));
      },
    ),
    endpoint(
      {
        method: "PUT",
        path: one,
        family,
        scopes: [scopes.admin, "write:permission:bitbucket"],
        body,
      },
      (call) => {
        const grants = place.grants(call);
        const holder = holderOf(call.state, holders, call.param("holder"));
        if (holders === "users") checkUser(call, holder);
        const { permission } = call.body;
        const known = grants[holders].some((grant) => grant.holder === holder);
        grants[holders] = known
          ? grants[holders].map((grant) => (grant.holder === holder ? { holder, permission } : grant))
          : [...grants[holders], { holder, permission }];
        return ok(place.show(call, holder, permission));
      },
    ),
    endpoint(
      {
        method: "DELETE",
        path: one,
        family,
        scopes: [scopes.admin, "delete:permission:bitbucket"],
      },
      (call) => {
        const grants = place.grants(call);
        const holder = holderOf(call.state, holders, call.param("holder"));
        if (call.world.readings().absentPermission === "404") {
          pick(grants[holders], (grant) => grant.holder === holder, `Permission of ${holder}`);
        }
        grants[holders] = grants[holders].filter((grant) => grant.holder !== holder);
        return noContent();
      },
    ),
  ];
}

/** @throws ApiError 400 for who cannot be given a permission of their own */
function checkUser({ state, world }: Call<unknown>, uuid: string): void {
  if (!isMember(state, uuid)) throw new ApiError(400, "The selected user is not a member of the workspace.");
  const isOwner =
    state.workspace.owner === uuid ||
    (world.readings().refusedPermission === "administrators" && isAdministrator(state, uuid));
  if (isOwner) throw new ApiError(400, "The selected user is the workspace owner.");
}

/** A group by slug; a user by UUID or Atlassian account id. @throws ApiError 404 if there is none */
function holderOf(state: State, holders: "groups" | "users", asked: string): string {
  if (holders === "groups") return pick(state.groups, ({ slug }) => slug === asked, `Group ${asked}`).slug;
  const is = ({ uuid, accountId }: { uuid: string; accountId: string }): boolean =>
    uuid === asked || accountId === asked;
  return pick(state.accounts, is, `User ${asked}`).uuid;
}
