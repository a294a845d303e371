/**
 * Groups of a workspace that is administered at admin.atlassian.com: Atlassian's Organizations API, which lives
 * on another host (`https://api.atlassian.com/admin`) and takes an organisation's API key as bearer
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/). Here its paths lie beside
 * Bitbucket's. It is younger than the rest: lists are led on by a cursor, people go by their account id, and
 * what is made is not in the answer: it has to be looked up by name.
 */
import { z } from "zod";
import { json } from "../body";
import { endpoint, noContent, ok, pick, whole, type Call, type Family, type Reply } from "../endpoint";
import { administrators, type Account, type Group, type Organization } from "../entities";
import { ApiError } from "../errors";
import { newUuid, slugOf, uuidOf } from "../identifiers";
import { removeGroup } from "./groups";

const directories = "/admin/v2/orgs/:organization/directories";
const path = `${directories}/:directory/groups`;
const common = { family: "organizations" as Family, scopes: "organization" as const };
const lists = ["limit", "cursor"];

export const organizationEndpoints = [
  endpoint({ ...common, method: "GET", path: directories, query: lists }, (call) =>
    list(call, [organizationOf(call)], ({ directory }) => ({ directoryId: directory, name: "Directory" })),
  ),

  endpoint({ ...common, method: "GET", path, query: [...lists, "groupIds", "searchTerm"] }, (call) => {
    checkDirectory(call);
    const ids = call.url.searchParams.getAll("groupIds");
    const term = call.url.searchParams.get("searchTerm")?.toLowerCase() ?? "";
    const found = call.state.groups.filter(
      (group) => (ids.length === 0 || ids.includes(idOf(group))) && group.name.toLowerCase().includes(term),
    );
    return list(call, found, (group) => ({ id: idOf(group), name: group.name }));
  }),

  endpoint(
    {
      ...common,
      method: "POST",
      path,
      body: json(z.strictObject({ name: z.string().min(1), description: z.string().optional() })),
    },
    (call) => {
      checkDirectory(call);
      const { name } = call.body;
      const slug = slugOf(name);
      if (call.state.groups.some((group) => group.slug === slug || group.name === name)) {
        throw new ApiError(409, `A group named ${name} exists already.`);
      }
      call.state.groups.push({ slug, name, members: [], id: newUuid().slice(1, -1) });
      return { status: 201 };
    },
  ),

  endpoint({ ...common, method: "DELETE", path: `${path}/:group` }, (call) => {
    const { slug } = groupOf(call);
    if (slug === administrators) throw new ApiError(403, "The administrators' group cannot be deleted.");
    removeGroup(call.state, slug);
    return noContent();
  }),

  endpoint(
    {
      ...common,
      method: "POST",
      path: `${path}/:group/memberships`,
      body: json(z.strictObject({ accountId: z.string() })),
    },
    (call) => {
      const group = groupOf(call);
      const { uuid } = accountOf(call, call.body.accountId);
      if (!group.members.includes(uuid)) group.members.push(uuid);
      return { status: 201 };
    },
  ),

  endpoint({ ...common, method: "DELETE", path: `${path}/:group/memberships/:account` }, (call) => {
    const group = groupOf(call);
    const { uuid } = accountOf(call, call.param("account"));
    pick(group.members, (member) => member === uuid, "Membership");
    group.members = group.members.filter((member) => member !== uuid);
    return noContent();
  }),

  endpoint(
    {
      ...common,
      method: "GET",
      path: `${directories}/:directory/users`,
      query: [...lists, "groupIds", "accountIds"],
    },
    (call) => {
      checkDirectory(call);
      const accounts = call.url.searchParams.getAll("accountIds");
      const groups = call.url.searchParams.getAll("groupIds");
      const members = call.state.groups
        .filter((group) => groups.includes(idOf(group)))
        .flatMap((group) => group.members);
      const found = call.state.accounts.filter(
        ({ uuid, accountId, member }) =>
          member &&
          (groups.length === 0 || members.includes(uuid)) &&
          (accounts.length === 0 || accounts.includes(accountId)),
      );
      return list(call, found, ({ accountId, name, email }) => ({
        accountId,
        name,
        email,
        status: "active",
      }));
    },
  ),
];

/** The organisation of the call: the key was for it already. */
function organizationOf(call: Call<unknown>): Organization {
  const { organization } = call.state.workspace;
  if (organization?.id === call.param("organization")) return organization;
  throw new ApiError(404, `No organization with id ${call.param("organization")}.`);
}

/** A hyphen stands for every directory that there is. */
function checkDirectory(call: Call<unknown>): void {
  const { directory } = organizationOf(call);
  const asked = call.param("directory");
  if (asked === "-" || asked === directory) return;
  throw new ApiError(404, `No directory with id ${asked}.`);
}

function groupOf(call: Call<unknown>): Group {
  checkDirectory(call);
  const id = call.param("group");
  return pick(call.state.groups, (group) => idOf(group) === id, `Group ${id}`);
}

function accountOf(call: Call<unknown>, id: string): Account {
  return pick(call.state.accounts, ({ accountId, member }) => member && accountId === id, `User ${id}`);
}

/** Groups that were there before have an id as well: it follows from the slug. */
function idOf({ id, slug }: Group): string {
  return id ?? uuidOf(`group ${slug}`).slice(1, -1);
}

/** A page of a list: the cursor says where the next one begins, and clients do not look into it. */
function list<Item>(call: Call<unknown>, items: readonly Item[], show: (item: Item) => object): Reply {
  const limit = whole(call.url.searchParams.get("limit"), "limit", 25, 100);
  const cursor = call.url.searchParams.get("cursor");
  const start = Number(Buffer.from(cursor ?? "", "base64url").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw new ApiError(400, "Invalid cursor");
  const next = start + limit < items.length ? Buffer.from(String(start + limit)).toString("base64url") : null;
  return ok({ data: items.slice(start, start + limit).map(show), links: { self: call.url.href, next } });
}
