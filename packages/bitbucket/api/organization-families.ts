/** The same as `families.ts` for the Organizations API, whose key and scopes are an organisation's. */
import type { Contract } from "./contract";
import { type At, type Family } from "./family";

interface OrganizationFamily {
  readonly what: Family;
  /** Scopes of an organisation's key, without their `:admin`. */
  readonly read: string;
  readonly write: string;
}

const organization = ({ organization }: At) => `organisation ${organization}`;
const directory = (at: At) => `directory ${at.directory} of ${organization(at)}`;
const peopleScopes = { read: "read:directories", write: "write:directories" };
const groupScopes = { read: "read:groups", write: "write:groups" };

/** https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/ */
export const organizationFamilies: { readonly [P in keyof Contract]?: OrganizationFamily } = {
  "/admin/v2/orgs/{organization}/directories": {
    what: (at) => `the directories of ${organization(at)}`,
    read: "read:directories",
    write: "read:directories",
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups": {
    what: (at) => `the groups in ${directory(at)}`,
    ...groupScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/search": {
    what: (at) => `the groups in ${directory(at)}`,
    ...groupScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/role-assignments": {
    what: (at) => `the apps of group ${at.group} in ${directory(at)}`,
    ...groupScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/role-assignments/assign": {
    what: (at) => `the apps of group ${at.group} in ${directory(at)}`,
    ...groupScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/users/search": {
    what: (at) => `the people in ${directory(at)}`,
    ...peopleScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/users/{account}/role-assignments": {
    what: (at) => `the apps of ${at.account} in ${directory(at)}`,
    ...peopleScopes,
  },
  "/admin/v2/orgs/{organization}/users/invite": {
    what: (at) => `the invitations of ${organization(at)}`,
    ...peopleScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/users/{account}/suspend": {
    what: (at) => `whether ${at.account} is suspended in ${directory(at)}`,
    ...peopleScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/memberships": {
    what: (at) => `the members of group ${at.group} in ${directory(at)}`,
    ...groupScopes,
  },
  "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/memberships/{account}": {
    what: (at) => `member ${at.account} of group ${at.group} in ${directory(at)}`,
    ...groupScopes,
  },
};

/** The scope of the organisation's key that a request wants. */
export function organizationScope(reads: boolean, path: string): string | undefined {
  const family = organizationFamilies[path as keyof Contract];
  return family && `${reads ? family.read : family.write}:admin`;
}

/** Whether a path is the organisation's rather than Bitbucket's. */
export function isOrganizations(path: string): boolean {
  return path.startsWith("/admin/");
}
