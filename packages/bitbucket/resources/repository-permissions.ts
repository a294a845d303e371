/** Who holds a permission on a repository. Projects hand theirs down; those are not listed here. */
import { z } from "zod";

import type { Session } from "../api/client";
import {
  adopt,
  adoptBy,
  at,
  defineResource,
  inRepository,
  repositoryNaming,
  owned,
  type Place,
} from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { holderList, holders } from "./holders";

const groups = "/repositories/{workspace}/{repo_slug}/permissions-config/groups";
const group = `${groups}/{group_slug}` as const;
const users = "/repositories/{workspace}/{repo_slug}/permissions-config/users";
const user = `${users}/{selected_user_id}` as const;

/** The list of one repository. */
export const repositoryHolders = (place: Place, session: Session) =>
  holderList<"read" | "write" | "admin">(`repository ${idOf(place)}`, {
    groups: () => session.list(groups, at(place)),
    users: () => session.list(users, at(place)),
    putGroup: (slug, permission) => session.put(group, { ...at(place), group_slug: slug }, { permission }),
    putUser: (id, permission) => session.put(user, { ...at(place), selected_user_id: id }, { permission }),
    deleteGroup: (slug) => session.delete(group, { ...at(place), group_slug: slug }),
    deleteUser: (id) => session.delete(user, { ...at(place), selected_user_id: id }),
  });

const idOf = ({ workspace, repository }: Place) => `${workspace}/${repository}`;

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
export const repositoryPermissions = defineResource({
  name: "RepositoryPermissions",
  description:
    "All permissions that groups and users hold on a repository itself. One resource owns the whole list: what somebody adds by hand is seen by the next refresh and removed by the next update.",
  example: `new bitbucket.RepositoryPermissions("web", {
  workspace: "acme",
  repository: "web",
  holders: [{ group: "storefront", permission: "write" }],
});`,
  importId: "workspace/repository",
  inputs: z.strictObject({
    ...inRepository,
    holders: holders("RepositoryHolder", ["read", "write", "admin"], "repository"),
    adopt,
    adoptBy,
  }),
  outputs: owned,
  naming: repositoryNaming,
  lifecycle: ownedLifecycle({ property: "holders", idOf, list: repositoryHolders }),
});
