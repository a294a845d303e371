/**
 * What is looked at of Bitbucket's answers, and so has to be there. Types say what the contract promises; an answer of
 * another form (a proxy's, an API that has changed) is an error rather than an entry without a name, which would be
 * taken for nobody's and lost.
 */
import { z } from "zod";

import { pathText } from "@bitbucket-keycloak/pulumi-plugin/values";
import type { Contract } from "./contract";

/** May be absent or null: both mean that there is none. */
const maybe = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);
const name = z.string().min(1);
const text = maybe(z.string());
const flag = maybe(z.boolean());
const list = <T extends z.ZodType>(of: T) => maybe(z.array(of));
const { looseObject } = z;

const account = looseObject({ uuid: name });
const holders = {
  groups: looseObject({ group: looseObject({ slug: name }), permission: z.string() }),
  users: looseObject({ user: account, permission: z.string() }),
};
const variable = looseObject({ uuid: name, key: name, value: text, secured: flag });
const effective = looseObject({
  user: account,
  permission: name,
  repository: maybe(looseObject({ full_name: text })),
});

const roleAssignment = looseObject({
  resourceId: text,
  resourceOwner: text,
  roles: list(z.string()),
  roleId: text,
});

/** An entry of a list, or what a GET of one thing gives. */
const shapes: { readonly [P in keyof Contract]?: z.ZodType } = {
  "/1.0/groups/{workspace}": looseObject({ slug: name, name: z.string(), members: list(account) }),
  "/1.0/groups/{workspace}/{group_slug}/members": account,
  "/workspaces/{workspace}": looseObject({ uuid: name, slug: name, name: text, is_private: flag }),
  "/workspaces/{workspace}/members": looseObject({ user: looseObject({ uuid: name, display_name: text }) }),
  "/workspaces/{workspace}/permissions": looseObject({ permission: name, user: account }),
  "/workspaces/{workspace}/projects": looseObject({ key: name, uuid: text, name: text, is_private: flag }),
  "/repositories/{workspace}": looseObject({
    full_name: name,
    uuid: text,
    name: text,
    is_private: flag,
    project: maybe(looseObject({ key: text })),
    mainbranch: maybe(looseObject({ name: text })),
  }),
  "/repositories/{workspace}/{repo_slug}": looseObject({ uuid: name }),
  "/workspaces/{workspace}/permissions/repositories": effective,
  "/workspaces/{workspace}/permissions/repositories/{repo_slug}": effective,
  "/workspaces/{workspace}/hooks": looseObject({
    uuid: name,
    url: text,
    description: text,
    events: list(z.string()),
    active: flag,
    secret_set: flag,
  }),
  "/workspaces/{workspace}/pipelines-config/variables": variable,
  "/repositories/{workspace}/{repo_slug}/pipelines_config/variables": variable,
  "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables":
    variable,
  "/repositories/{workspace}/{repo_slug}/pipelines_config": looseObject({ enabled: flag }),
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules": looseObject({
    uuid: name,
    cron_pattern: text,
    enabled: flag,
    target: maybe(
      looseObject({ ref_name: text, selector: maybe(looseObject({ type: text, pattern: text })) }),
    ),
  }),
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups": holders.groups,
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users": holders.users,
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups": holders.groups,
  "/repositories/{workspace}/{repo_slug}/permissions-config/users": holders.users,
  "/repositories/{workspace}/{repo_slug}/branch-restrictions": looseObject({
    id: z.int(),
    kind: name,
    branch_match_kind: text,
    branch_type: text,
    pattern: text,
    users: list(account),
    groups: list(looseObject({ slug: name })),
    value: maybe(z.number()),
  }),
  "/repositories/{workspace}/{repo_slug}/environments": looseObject({
    uuid: name,
    name,
    environment_type: maybe(looseObject({ name: z.enum(["Test", "Staging", "Production"]) })),
    restrictions: maybe(looseObject({ admin_only: flag })),
  }),
  "/admin/v2/orgs/{organization}/directories": looseObject({ directoryId: text }),
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/search": looseObject({
    id: text,
    groupId: text,
    name: text,
    externalSynced: flag,
  }),
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/role-assignments": roleAssignment,
  "/admin/v2/orgs/{organization}/directories/{directory}/users/{account}/role-assignments": roleAssignment,
  "/admin/v2/orgs/{organization}/directories/{directory}/users/search": looseObject({
    accountId: text,
    email: text,
    accountStatus: text,
    membershipStatus: text,
  }),
};

/** The answer as far as it is as it should be, else what is wrong with it; never a value that is in it. */
export type Fitted = { readonly value: object } | { readonly wrong: string };

/**
 * An entry of a list, or a whole answer, by the form of its path; a path without one only has to be an object.
 *
 * @param path of the contract, with its braces
 */
export function fitted(path: string, answer: unknown): Fitted {
  const result = (shapes[path as keyof Contract] ?? looseObject({})).safeParse(answer);
  if (result.success) return { value: result.data as object };
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the answer" : pathText(issue.path);
  const allowed = issue?.code === "invalid_type" ? `${issue.expected} expected` : "another value expected";
  return { wrong: `${where}: ${allowed}` };
}
