/**
 * The people of an organisation's directory: found by a search, suspended and restored
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/). Whoever is suspended has no app any
 * more, managed or not, and gets everything back when they are restored.
 */
import { z } from "zod";
import { json, optionalJson } from "../body";
import { endpoint, noContent, ok, pick, type Call, type Family } from "../endpoint";
import { type Account } from "../entities";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import { idOf, organizationGroups, resourceOf } from "../organization";
import { checkDirectory, directories, list, listed, lists, organizationOf, paging } from "./organizations";

const path = `${directories}/:directory/users`;
const family: Family = "organizations";
/** Atlassian documents a scope for the reads alone. */
const reads = { family, scopes: { organization: "read:directories:admin" } };
const writes = { family, scopes: { organization: "write:directories:admin" } };

export const organizationPeopleEndpoints = [
  endpoint(
    { ...reads, method: "GET", path, query: ["limit", "cursor", "groupIds", "accountIds"] },
    (call) => {
      const asked = (name: string) => {
        const all = call.url.searchParams.getAll(name);
        return all.length === 0 ? undefined : all;
      };
      return list(call, found(call, { accountIds: asked("accountIds"), groupIds: asked("groupIds") }), shown);
    },
  ),

  endpoint(
    {
      ...reads,
      method: "POST",
      path: `${path}/search`,
      body: optionalJson(
        z.strictObject({
          ...paging,
          accountIds: z.array(z.string()).optional(),
          groupIds: z.array(z.string()).optional(),
          emails: z.array(z.string()).optional(),
        }),
      ),
    },
    (call) => listed(found(call, call.body), shown, call.body),
  ),

  endpoint(
    {
      ...writes,
      method: "POST",
      path: "/admin/v2/orgs/:organization/users/invite",
      body: json(
        z.strictObject({
          emails: z.array(z.string()).min(1).max(25),
          permissionRules: z.array(z.strictObject({ resource: z.string(), role: z.string() })),
          additionalGroups: z.array(z.string()).max(0).optional(),
          sendNotification: z.boolean().optional(),
        }),
      ),
    },
    (call) => {
      organizationOf(call);
      const [rule] = call.body.permissionRules;
      if (rule?.resource !== resourceOf(call.state)) throw new ApiError(404, "No such resource.");
      const invited = call.body.emails.map((email) => invite(call, email));
      return ok({ data: invited.map(({ accountId: id, email }) => ({ id, email, results: [] })) });
    },
  ),

  endpoint({ ...reads, method: "GET", path: `${path}/:account/role-assignments`, query: lists }, (call) => {
    checkDirectory(call);
    const id = call.param("account");
    const { member, invited } = pick(call.state.accounts, ({ accountId }) => accountId === id, `User ${id}`);
    const bitbucket = {
      resourceId: resourceOf(call.state),
      resourceOwner: "bitbucket",
      roles: ["atlassian/user"],
    };
    return list(call, member || invited ? [bitbucket] : [], (one) => one);
  }),

  ...[true, undefined].map((suspended) =>
    endpoint(
      { ...writes, method: "POST", path: `${path}/:account/${suspended ? "suspend" : "restore"}` },
      (call) => {
        checkDirectory(call);
        const id = call.param("account");
        const account = pick(call.state.accounts, (one) => isIn(one) && one.accountId === id, `User ${id}`);
        if (suspended) account.suspended = true;
        else delete account.suspended;
        return noContent();
      },
    ),
  ),
];

/** Whoever is invited gets an e-mail, and is no member before they accept. */
function invite(call: Call<unknown>, email: string): Account {
  const { accounts } = call.state;
  const known = accounts.find((one) => one.email.toLowerCase() === email.toLowerCase());
  const id = newUuid();
  const account: Account = known ?? {
    ...{ uuid: id, accountId: `712020:${id.slice(1, -1)}`, name: email, email, kind: "person" },
    ...{ member: false, tokens: [] },
  };
  if (known === undefined) accounts.push(account);
  if (!account.member) account.invited = true;
  return account;
}

interface Asked {
  readonly accountIds?: readonly string[] | undefined;
  readonly groupIds?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
}

/** Whether somebody is in the directory: also whoever has not accepted yet. */
function isIn({ member, invited }: Account): boolean {
  return member || invited === true;
}

function found(call: Call<unknown>, { accountIds, groupIds, emails }: Asked): readonly Account[] {
  checkDirectory(call);
  const members = organizationGroups(call.state)
    .filter((group) => groupIds?.includes(idOf(group)))
    .flatMap((group) => group.members);
  const addresses = emails?.map((email) => email.toLowerCase());
  return call.state.accounts.filter(
    (account) =>
      isIn(account) &&
      (groupIds === undefined || members.includes(account.uuid)) &&
      (accountIds?.includes(account.accountId) ?? true) &&
      (addresses?.includes(account.email.toLowerCase()) ?? true),
  );
}

function shown({ accountId, name, email, suspended, disabled, unmanaged }: Account): object {
  return {
    ...{ accountId, name, email },
    status: disabled ? "deactivated" : suspended ? "suspended" : "active",
    accountStatus: disabled ? "inactive" : "active",
    membershipStatus: suspended ? "suspended" : "active",
    claimStatus: unmanaged ? "unmanaged" : "managed",
  };
}
