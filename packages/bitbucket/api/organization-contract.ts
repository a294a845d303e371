/** The same as `contract.ts` for the Organizations API, of which there is no description that types could be generated from. */
export type Answer<Status extends number, Body> = {
  readonly [S in Status]: { content: { "application/json": Body } };
};
export type Nothing<Status extends number> = { readonly [S in Status]: { content?: never } };
export interface JsonBody<Body> {
  readonly content: { readonly "application/json": Body };
}

/** https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/ */
export interface OrganizationPaths {
  readonly "/admin/v2/orgs/{organization}/directories": {
    readonly get: { responses: Answer<200, CursorPage<{ readonly directoryId?: string }>> };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups": {
    readonly post: { requestBody: JsonBody<{ readonly name: string }>; responses: Nothing<201> };
  };
  /** Reads, although it is a POST. The list by GET ends on 30 June 2027. Names are compared whole, in any case. */
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups/search": {
    readonly post: {
      requestBody: JsonBody<{ readonly groupNames: readonly string[] }>;
      responses: Answer<200, CursorPage<OrganizationGroup>>;
    };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/role-assignments": {
    readonly get: { responses: Answer<200, CursorPage<RoleAssignment>> };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/role-assignments/assign": {
    readonly post: {
      requestBody: JsonBody<{ readonly resourceId: string; readonly roleId: string }>;
      responses: Nothing<200>;
    };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/memberships": {
    readonly post: { requestBody: JsonBody<{ readonly accountId: string }>; responses: Nothing<201> };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/groups/{group}/memberships/{account}": {
    readonly delete: { responses: Nothing<204> };
  };
  /** Reads, although it is a POST. https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/ */
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/users/search": {
    readonly post: {
      requestBody: JsonBody<
        Readonly<Partial<Record<"accountIds" | "groupIds" | "emails", readonly string[]>>>
      >;
      responses: Answer<200, CursorPage<DirectoryUser>>;
    };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/users/{account}/role-assignments": {
    readonly get: { responses: Answer<200, CursorPage<RoleAssignment>> };
  };
  /** At most 25 addresses in one, and 100 invitations in a minute. */
  readonly "/admin/v2/orgs/{organization}/users/invite": {
    readonly post: {
      requestBody: JsonBody<{
        readonly emails: readonly string[];
        readonly permissionRules: readonly { readonly resource: string; readonly role: string }[];
        readonly sendNotification: boolean;
      }>;
      responses: Answer<200, { readonly data?: readonly object[] }>;
    };
  };
  readonly "/admin/v2/orgs/{organization}/directories/{directory}/users/{account}/suspend": {
    readonly post: { requestBody?: never; responses: Nothing<200> };
  };
}

export interface CursorPage<Item> {
  readonly data?: readonly Item[];
  /** Where the next page begins: a cursor, or an address that holds one. */
  readonly links?: { readonly next?: string | null };
}

/** Atlassian's own examples call its id by either name. */
interface OrganizationGroup {
  readonly id?: string;
  readonly groupId?: string;
  readonly name?: string;
  /** From an identity provider: nobody else changes its members. */
  readonly externalSynced?: boolean;
}

/** An app that a group has. Example: `atlassian/user` on `ari:cloud:bitbucket::workspace/…`. */
export interface RoleAssignment {
  readonly resourceId?: string;
  readonly resourceOwner?: string;
  /** Atlassian's descriptions have either. */
  readonly roles?: readonly string[];
  readonly roleId?: string;
}

interface DirectoryUser {
  readonly accountId?: string;
  readonly email?: string;
  /** `active`, `inactive` or `closed`. */
  readonly accountStatus?: string;
  /** Example: `suspended`. */
  readonly membershipStatus?: string;
}
