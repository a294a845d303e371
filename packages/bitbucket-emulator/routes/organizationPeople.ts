/**
 * The people of an organisation's directory: found by a search, suspended and restored
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/). Whoever is suspended has no app any
 * more, managed or not, and gets everything back when they are restored.
 */
import { z } from "zod";
import { optionalJson } from "../body";
import { endpoint, noContent, pick, type Call, type Family } from "../endpoint";
import { type Account } from "../entities";
import { idOf, organizationGroups } from "../organization";
import { checkDirectory, directories, list, listed, paging } from "./organizations";

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
