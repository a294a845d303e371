/** Who holds a permission on a project, and so on every repository in it. */
import { z } from "zod";

import type { Session } from "../api/client";
import { adopt, adoptBy, defineResource, projectNaming, owned, projectKey, uuid, workspace } from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { holderList, holders } from "./holders";
import { keyNow, type ProjectPlace as Place } from "./project-identity";

const groups = "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups";
const group = `${groups}/{group_slug}` as const;
const users = "/workspaces/{workspace}/projects/{project_key}/permissions-config/users";
const user = `${users}/{selected_user_id}` as const;

const at = ({ workspace, project }: Place) => ({ workspace, project_key: project });

/** The list of one project. */
export const projectHolders = (place: Place, session: Session) =>
  holderList<"read" | "write" | "create-repo" | "admin">(`project ${idOf(place)}`, {
    groups: () => session.list(groups, at(place)),
    users: () => session.list(users, at(place)),
    putGroup: (slug, permission) => session.put(group, { ...at(place), group_slug: slug }, { permission }),
    putUser: (id, permission) => session.put(user, { ...at(place), selected_user_id: id }, { permission }),
    deleteGroup: (slug) => session.delete(group, { ...at(place), group_slug: slug }),
    deleteUser: (id) => session.delete(user, { ...at(place), selected_user_id: id }),
  });

const idOf = ({ workspace, project }: Place) => `${workspace}/${project}`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/ */
export const projectPermissions = defineResource({
  name: "ProjectPermissions",
  description:
    "All permissions that groups and users hold on a project itself. One resource owns the whole list: what somebody adds by hand is seen by the next refresh and removed by the next update.",
  example: `new bitbucket.ProjectPermissions("PAY", {
  workspace: "acme",
  project: "PAY",
  holders: [{ group: "payments", permission: "write" }],
});`,
  importId: "workspace/project",
  inputs: z.strictObject({
    workspace,
    project: projectKey.meta({
      description: "Key of the project, for example `PAY`.",
      replaceOnChanges: true,
    }),
    projectUuid: uuid.optional().meta({
      description:
        "UUID of the project, as a `ProjectIdentity` gives it: with it the project is the same one under another key. Default: whatever has the key.",
      replaceOnChanges: true,
    }),
    holders: holders("ProjectHolder", ["read", "write", "create-repo", "admin"], "project"),
    adopt,
    adoptBy,
  }),
  outputs: owned,
  naming: projectNaming,
  lifecycle: ownedLifecycle({
    property: "holders",
    idOf,
    list: projectHolders,
    whereNow: async (place: Place, session) => {
      const { projectUuid } = place;
      const project = projectUuid === undefined ? undefined : await keyNow(place, projectUuid, session);
      return project === undefined ? undefined : { ...place, project };
    },
  }),
});
