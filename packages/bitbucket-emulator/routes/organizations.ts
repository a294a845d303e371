/**
 * The groups of an organisation: Atlassian's Organizations API, which lives on another host
 * (`https://api.atlassian.com/admin`) and takes an organisation's API key as bearer
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/). Here its paths lie beside
 * Bitbucket's. It is younger than the rest: lists are led on by a cursor, people go by their account id, and
 * what is made is not in the answer: it has to be looked up by name. The list ends on 30 June 2027; the search stays.
 */
import { z } from "zod";
import { json, optionalJson } from "../body";
import { endpoint, noContent, ok, pick, whole, type Call, type Family, type Reply } from "../endpoint";
import { administrators, type Account, type Organization, type OrganizationGroup } from "../entities";
import { ApiError } from "../errors";
import { newUuid, slugOf } from "../identifiers";
import { idOf, organizationGroups, resourceOf } from "../organization";
import { removeGroup } from "./groups";

export const directories = "/admin/v2/orgs/:organization/directories";
const path = `${directories}/:directory/groups`;
const family: Family = "organizations";
const reads = { family, scopes: { organization: "read:groups:admin" } };
const writes = { family, scopes: { organization: "write:groups:admin" } };
export const lists = ["limit", "cursor"];

/** Cursor and length of a page, in the body of a search. */
export const paging = { limit: z.number().int().min(1).max(100).default(20), cursor: z.string().optional() };

export const organizationEndpoints = [
  endpoint(
    {
      ...reads,
      method: "GET",
      path: directories,
      query: lists,
      scopes: { organization: "read:directories:admin" },
    },
    (call) =>
      list(call, [organizationOf(call)], ({ directory }) => ({ directoryId: directory, name: "Directory" })),
  ),

  endpoint({ ...reads, method: "GET", path, query: [...lists, "groupIds", "searchTerm"] }, (call) => {
    const ids = call.url.searchParams.getAll("groupIds");
    const term = call.url.searchParams.get("searchTerm")?.toLowerCase() ?? "";
    const found = groupsOf(call).filter(
      (group) => (ids.length === 0 || ids.includes(idOf(group))) && group.name.toLowerCase().includes(term),
    );
    return list(call, found, shown);
  }),

  endpoint(
    {
      ...reads,
      method: "POST",
      path: `${path}/search`,
      body: optionalJson(
        z.strictObject({
          ...paging,
          groupNames: z.array(z.string()).optional(),
          groupIds: z.array(z.string()).optional(),
          searchTerm: z.string().optional(),
        }),
      ),
    },
    (call) => {
      const { groupNames, groupIds, searchTerm = "", limit, cursor } = call.body;
      if (groupNames !== undefined && (groupIds !== undefined || searchTerm !== ""))
        throw new ApiError(400, "groupNames excludes groupIds and searchTerm");
      const names = groupNames?.map((name) => name.toLowerCase());
      const found = groupsOf(call).filter(
        (group) =>
          (names?.includes(group.name.toLowerCase()) ?? true) &&
          (groupIds?.includes(idOf(group)) ?? true) &&
          group.name.toLowerCase().includes(searchTerm.toLowerCase()),
      );
      return listed(found, shown, { limit, cursor });
    },
  ),

  endpoint(
    {
      ...writes,
      method: "POST",
      path,
      body: json(z.strictObject({ name: z.string().min(1), description: z.string().optional() })),
    },
    (call) => {
      checkDirectory(call);
      const { name } = call.body;
      const isSame = (group: OrganizationGroup) => group.name.toLowerCase() === name.toLowerCase();
      if (organizationGroups(call.state).some(isSame))
        throw new ApiError(409, `A group named ${name} exists already.`);
      const group = { slug: slugOf(name), name, members: [], id: newUuid().slice(1, -1), due: later(call) };
      organizationOf(call).groups.push(group);
      return { status: 201 };
    },
  ),

  endpoint({ ...writes, method: "DELETE", path: `${path}/:group` }, (call) => {
    const gone = ownGroupOf(call);
    if (gone.slug === administrators) throw new ApiError(403, "The administrators' group cannot be deleted.");
    const organization = organizationOf(call);
    if (call.state.groups.some((group) => idOf(group) === idOf(gone))) removeGroup(call.state, gone.slug);
    organization.groups = organization.groups.filter((group) => group !== gone);
    return noContent();
  }),

  endpoint({ ...reads, method: "GET", path: `${path}/:group/role-assignments`, query: lists }, (call) => {
    const group = groupOf(call);
    const isShown = call.state.groups.some((one) => idOf(one) === idOf(group));
    const role = group.slug === administrators ? "atlassian/admin" : "atlassian/user";
    const bitbucket = { resourceId: resourceOf(call.state), resourceOwner: "bitbucket", roles: [role] };
    return list(call, isShown ? [bitbucket] : [], (one) => one);
  }),

  endpoint(
    {
      ...writes,
      method: "POST",
      path: `${path}/:group/role-assignments/assign`,
      body: json(z.strictObject({ resourceId: z.string(), roleId: z.string() })),
    },
    (call) => {
      const group = groupOf(call);
      const { resourceId, roleId } = call.body;
      if (resourceId !== resourceOf(call.state)) throw new ApiError(404, `No resource ${resourceId}.`);
      if (!["atlassian/user", "atlassian/admin"].includes(roleId))
        throw new ApiError(400, `No role ${roleId}.`);
      group.appDue ??= later(call);
      return noContent();
    },
  ),

  endpoint(
    {
      ...writes,
      method: "POST",
      path: `${path}/:group/memberships`,
      body: json(z.strictObject({ accountId: z.string() })),
    },
    (call) => {
      const group = ownGroupOf(call);
      const { uuid } = accountOf(call, call.body.accountId);
      change(call, group, uuid, true);
      return { status: 201 };
    },
  ),

  endpoint({ ...writes, method: "DELETE", path: `${path}/:group/memberships/:account` }, (call) => {
    const group = ownGroupOf(call);
    const { uuid } = accountOf(call, call.param("account"));
    pick(membersSoon(group), (member) => member === uuid, "Membership");
    change(call, group, uuid, false);
    return noContent();
  }),
];

/** From when on what is written now can be seen. */
function later({ world }: Call<unknown>): number {
  return world.clock.now() + world.organizationDelay;
}

function change(call: Call<unknown>, group: OrganizationGroup, account: string, add: boolean): void {
  group.changes = [...(group.changes ?? []), { due: later(call), account, add }];
}

/** Once everything is done that was accepted. */
function membersSoon({ members, changes = [] }: OrganizationGroup): readonly string[] {
  return changes.reduce<readonly string[]>(
    (now, { account, add }) => [...now.filter((one) => one !== account), ...(add ? [account] : [])],
    members,
  );
}

/** The organisation of the call: the key was for it already. */
export function organizationOf(call: Call<unknown>): Organization {
  const { organization } = call.state.workspace;
  if (organization?.id === call.param("organization")) return organization;
  throw new ApiError(404, `No organization with id ${call.param("organization")}.`);
}

/** A hyphen stands for every directory that there is. */
export function checkDirectory(call: Call<unknown>): void {
  const { directory } = organizationOf(call);
  const asked = call.param("directory");
  if (asked === "-" || asked === directory) return;
  throw new ApiError(404, `No directory with id ${asked}.`);
}

/** Groups that a search finds by now. */
function groupsOf(call: Call<unknown>): readonly OrganizationGroup[] {
  checkDirectory(call);
  const now = call.world.clock.now();
  return organizationGroups(call.state).filter(({ due = 0 }) => due <= now);
}

function groupOf(call: Call<unknown>): OrganizationGroup {
  const id = call.param("group");
  return pick(groupsOf(call), (group) => idOf(group) === id, `Group ${id}`);
}

/** A group that may be changed here. */
function ownGroupOf(call: Call<unknown>): OrganizationGroup {
  const group = groupOf(call);
  if (group.externalSynced) throw new ApiError(403, "The group is synced from an identity provider.");
  return group;
}

function accountOf(call: Call<unknown>, id: string): Account {
  return pick(call.state.accounts, ({ accountId, member }) => member && accountId === id, `User ${id}`);
}

function shown(group: OrganizationGroup): object {
  return { id: idOf(group), name: group.name, externalSynced: group.externalSynced ?? false };
}

/** A page of a list: the cursor says where the next one begins, and clients do not look into it. */
export function list<Item>(call: Call<unknown>, items: readonly Item[], show: (item: Item) => object): Reply {
  const limit = whole(call.url.searchParams.get("limit"), "limit", 25, 100);
  return listed(items, show, { limit, cursor: call.url.searchParams.get("cursor") ?? undefined });
}

/** The same, of a search, whose body says which page. */
export function listed<Item>(
  items: readonly Item[],
  show: (item: Item) => object,
  { limit, cursor = "" }: { readonly limit: number; readonly cursor?: string | undefined },
): Reply {
  const start = Number(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw new ApiError(400, "Invalid cursor");
  const next = start + limit < items.length ? Buffer.from(String(start + limit)).toString("base64url") : null;
  return ok({ data: items.slice(start, start + limit).map(show), links: { next } });
}
