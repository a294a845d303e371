/**
 * All that a look at what is there may ask: a closed list of reads, each with what is kept of its answers. What is not named
 * here is not sent; what of an answer is not named here (values of variables, secrets of clients) is nowhere written down.
 */
import type { Paths } from "@pulumi/bitbucket/api/contract";

/** What of an answer is kept: the value, or these of its fields; of a list, the same of each entry. */
export type Kept = true | { readonly [field: string]: Kept };

type Search = Extract<Paths<"post">, `${string}/groups/search`>;
type BitbucketRead = `GET ${Paths<"get">}` | `POST ${Search}`;

const account = { uuid: true, display_name: true, nickname: true, account_id: true, type: true } as const;
const byGroup = { group: { slug: true, name: true }, permission: true } as const;
const byUser = { user: account, permission: true } as const;
const variable = { uuid: true, key: true, secured: true } as const;
const right = { repository: { full_name: true }, user: account, permission: true } as const;
const repository = "/repositories/{workspace}/{repo_slug}";
const project = "/workspaces/{workspace}/projects/{project_key}";
const directories = "/admin/v2/orgs/{organization}/directories";

/** By method and path of the contract. */
export const bitbucketReads: Readonly<Partial<Record<BitbucketRead, Kept>>> = {
  "GET /workspaces/{workspace}": { uuid: true, slug: true, name: true },
  "GET /workspaces/{workspace}/permissions": byUser,
  "GET /workspaces/{workspace}/members": { user: { ...account, email: true } },
  "GET /1.0/groups/{workspace}": {
    slug: true,
    name: true,
    permission: true,
    auto_add: true,
    members: account,
  },
  "GET /workspaces/{workspace}/projects": { uuid: true, key: true, name: true },
  [`GET ${project}/permissions-config/groups`]: byGroup,
  [`GET ${project}/permissions-config/users`]: byUser,
  "GET /workspaces/{workspace}/permissions/repositories": right,
  "GET /workspaces/{workspace}/permissions/repositories/{repo_slug}": right,
  "GET /workspaces/{workspace}/pipelines-config/variables": variable,
  "GET /workspaces/{workspace}/hooks": { uuid: true, description: true, active: true },
  "GET /repositories/{workspace}": {
    uuid: true,
    full_name: true,
    name: true,
    project: { key: true },
    mainbranch: { name: true },
  },
  [`GET ${repository}/permissions-config/groups`]: byGroup,
  [`GET ${repository}/permissions-config/users`]: byUser,
  [`GET ${repository}/branch-restrictions`]: {
    id: true,
    kind: true,
    branch_match_kind: true,
    branch_type: true,
    pattern: true,
    users: account,
    groups: { slug: true },
    value: true,
  },
  [`GET ${repository}/environments`]: {
    uuid: true,
    name: true,
    environment_type: { name: true },
    restrictions: { admin_only: true },
  },
  [`GET ${repository}/deployments_config/environments/{environment_uuid}/variables`]: variable,
  [`GET ${repository}/deploy-keys`]: { id: true, label: true },
  [`GET ${repository}/pipelines_config`]: { enabled: true },
  [`GET ${repository}/pipelines_config/variables`]: variable,
  [`GET ${directories}`]: { directoryId: true },
  [`POST ${directories}/{directory}/groups/search`]: {
    id: true,
    groupId: true,
    name: true,
    externalSynced: true,
  },
};

const user = {
  id: true,
  username: true,
  email: true,
  emailVerified: true,
  firstName: true,
  lastName: true,
  enabled: true,
  federationLink: true,
} as const;
const group = { id: true, name: true, path: true, parentId: true, subGroupCount: true } as const;
const role = { id: true, name: true, composite: true } as const;

/** By path below `/admin/realms/{realm}`; all of them by GET. The token is the connection's own affair, and is kept nowhere. */
export const keycloakReads: Readonly<Record<string, Kept>> = {
  "": {
    id: true,
    realm: true,
    displayName: true,
    enabled: true,
    smtpServer: { host: true },
    loginTheme: true,
    accountTheme: true,
    emailTheme: true,
    browserFlow: true,
  },
  "/users": user,
  "/groups": group,
  "/groups/{id}/children": group,
  "/groups/{id}": { id: true, attributes: true, realmRoles: true, clientRoles: true },
  "/groups/{id}/members": user,
  "/roles": role,
  // Where sync keeps which account is whose.
  "/roles/{name}": { ...role, attributes: true },
  "/roles/{name}/users": { id: true, username: true },
  "/clients": {
    id: true,
    clientId: true,
    name: true,
    protocol: true,
    enabled: true,
    publicClient: true,
    serviceAccountsEnabled: true,
  },
  "/clients/{id}/roles": role,
  "/clients/{id}/roles/{name}/users": { id: true, username: true },
  "/components": { id: true, name: true, providerId: true },
  "/identity-provider/instances": { alias: true, providerId: true, enabled: true },
  "/authentication/flows": { id: true, alias: true, builtIn: true },
};

/** Something was about to be asked that is no read of the list. Nothing was sent. */
export class NotARead extends Error {
  override readonly name = "NotARead";
  constructor(method: string, path: string) {
    super(
      `a look may not ask ${method.toUpperCase()} ${path}: it is not in the list of its reads (clients/look/reads.ts); nothing was sent`,
    );
  }
}

/**
 * @param path of the contract, with its braces
 * @throws NotARead
 */
export function readOfBitbucket(method: string, path: string): Kept {
  const name = `${method.toUpperCase()} ${path}`;
  const kept = Object.hasOwn(bitbucketReads, name) ? bitbucketReads[name as BitbucketRead] : undefined;
  if (kept === undefined) throw new NotARead(method, path);
  return kept;
}

const keycloakPatterns = Object.entries(keycloakReads).map(
  ([path, kept]) => [new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`), kept] as const,
);

/**
 * @param path below the address of the server, with its parameters filled in and without a query
 * @param realm the only one that is looked at
 * @throws NotARead
 */
export function readOfKeycloak(method: string, path: string, realm: string): Kept {
  const above = `/admin/realms/${encodeURIComponent(realm)}`;
  const below = method === "GET" && path.startsWith(above) ? path.slice(above.length) : undefined;
  const [, kept] = (below !== undefined && keycloakPatterns.find(([pattern]) => pattern.test(below))) || [];
  if (kept === undefined) throw new NotARead(method, path);
  return kept;
}

/** What of an answer is kept. Fields that it lacks it lacks. */
export function keptOf(answer: unknown, kept: Kept): unknown {
  if (kept === true || answer === null || typeof answer !== "object") return answer;
  if (Array.isArray(answer)) return answer.map((entry) => keptOf(entry, kept));
  return Object.fromEntries(
    Object.entries(answer).flatMap(([field, value]) => {
      const its = kept[field];
      return its === undefined ? [] : [[field, keptOf(value, its)]];
    }),
  );
}

/** The same of a page of a list, which keeps where the next one is; of what is no page, as it is. */
export function keptOfPage(answer: unknown, kept: Kept): unknown {
  const { values, next, data, links } = (Array.isArray(answer) ? {} : (answer ?? {})) as Record<
    string,
    unknown
  >;
  if (values !== undefined) return { values: keptOf(values, kept), ...(next !== undefined && { next }) };
  if (data === undefined) return keptOf(answer, kept);
  return { data: keptOf(data, kept), links: keptOf(links, { next: true }) };
}
