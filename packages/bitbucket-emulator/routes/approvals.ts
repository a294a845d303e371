/**
 * Approving a pull request, and taking that back
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/).
 */
import { endpoint, noContent, ok, pick, repositoryOf, type Family } from "../endpoint";
import * as show from "../presentCode";
import { unapprove } from "../reviews";
import { find, open } from "./pullRequests";

const path = "/2.0/repositories/:workspace/:repository/pullrequests";
const family: Family = "pull requests";
const write = { family, scopes: ["read:pullrequest:bitbucket", "write:pullrequest:bitbucket"] as const };
const withdraw = { family, scopes: ["write:pullrequest:bitbucket"] as const };

export const approvalEndpoints = [
  endpoint(
    {
      ...write,
      method: "POST",
      path: `${path}/:id/approve`,
    },
    (call) => {
      const request = open(find(call, repositoryOf(call, "read")));
      const account = call.account.uuid;
      if (!request.approvals.includes(account)) {
        request.approvals.push(account);
        (request.activity ??= []).push({ kind: "approval", account, date: call.world.clock.next() });
      }
      return ok(show.participant(call.state, request, call.account.uuid));
    },
  ),

  endpoint(
    {
      ...withdraw,
      method: "DELETE",
      path: `${path}/:id/approve`,
    },
    (call) => {
      const request = open(find(call, repositoryOf(call, "read")));
      pick(request.approvals, (uuid) => uuid === call.account.uuid, "Approval");
      unapprove(request, call.account.uuid);
      return noContent();
    },
  ),
];
