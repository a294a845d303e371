/**
 * What an organisation may do to the accounts that it manages: their API tokens, and whether they work at all
 * (https://developer.atlassian.com/cloud/admin/user-management/rest/). It lives on another host
 * (`https://api.atlassian.com`) and takes an organisation's API key as bearer, one that was made without scopes; here its
 * paths lie beside Bitbucket's.
 */
import { z } from "zod";
import { json } from "../body";
import { endpoint, noContent, ok, pick, type Call, type Family } from "../endpoint";
import type { Account, Token } from "../entities";
import { ApiError } from "../errors";

const path = "/users/:account/manage";
// No key can be made with this one.
const common = { family: "organizations" as Family, scopes: { organization: "manage:org" } };

const allowed = { allowed: true };
const byProvider = { allowed: false, reason: { key: "externalDirectory.scim" } };

export const managedAccountEndpoints = [
  endpoint({ ...common, method: "GET", path, query: ["privileges"] }, (call) => {
    const { provisioned } = accountOf(call);
    return ok({
      "lifecycle.enablement": provisioned ? byProvider : allowed,
      "apiToken.read": allowed,
      "apiToken.delete": allowed,
    });
  }),

  endpoint({ ...common, method: "GET", path: `${path}/profile` }, (call) => {
    const { accountId, name, email, disabled } = accountOf(call);
    const status = disabled ? "inactive" : "active";
    return ok({ account: { account_id: accountId, name, email, account_status: status } });
  }),

  endpoint({ ...common, method: "GET", path: `${path}/api-tokens` }, (call) =>
    ok(accountOf(call).tokens.map((token) => ({ id: idOf(token), label: "API token" }))),
  ),

  endpoint({ ...common, method: "DELETE", path: `${path}/api-tokens/:token` }, (call) => {
    const account = accountOf(call);
    const gone = pick(account.tokens, (token) => idOf(token) === call.param("token"), "API token");
    account.tokens = account.tokens.filter((token) => token !== gone);
    return noContent();
  }),

  endpoint(
    {
      ...common,
      method: "POST",
      path: `${path}/lifecycle/disable`,
      body: json(z.strictObject({ message: z.string().optional() })),
    },
    (call) => {
      const account = accountOf(call);
      if (account.provisioned) throw new ApiError(403, "externalDirectory.scim");
      account.disabled = true;
      return noContent();
    },
  ),
];

/** Which of the two statuses Atlassian answers of somebody whom the organisation does not manage, no document says. */
function accountOf(call: Call<unknown>): Account {
  const id = call.param("account");
  const account = pick(call.state.accounts, ({ accountId }) => accountId === id, `User ${id}`);
  if (!account.unmanaged) return account;
  throw call.world.readings().unmanagedAccount === "403"
    ? new ApiError(403, "You may not manage this account.")
    : new ApiError(404, `User ${id} not found`);
}

function idOf({ hash }: Token): string {
  return hash.slice(0, 24);
}
