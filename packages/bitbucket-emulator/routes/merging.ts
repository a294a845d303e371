/** Merging a pull request (https://support.atlassian.com/bitbucket-cloud/docs/merge-a-pull-request/). */
import { z } from "zod";
import { optionalJson } from "../body";
import type { Commit, PullRequest } from "../code";
import { addCommit, commitOf } from "../commits";
import { endpoint, ok, repositoryOf, type Call } from "../endpoint";
import type { Repository } from "../entities";
import { ApiError, ContractError } from "../errors";
import { moveBranch } from "../git/bare";
import { bring, mergeFiles } from "../git/merge";
import { ancestors, mergedFiles } from "../history";
import * as show from "../presentCode";
import { close } from "../reviews";
import { mergeRefusal } from "../rules";
import { sourceOf } from "../tips";
import { find, open } from "./pullRequests";

const emulated = ["merge_commit", "squash", "fast_forward"] as const;
const others = ["rebase_fast_forward", "rebase_merge", "squash_fast_forward"] as const;
const body = z.strictObject({
  type: z.string().optional(),
  message: z.string().optional(),
  close_source_branch: z.boolean().optional(),
  merge_strategy: z.enum([...emulated, ...others]).default("merge_commit"),
});
type Body = z.infer<typeof body>;

export const mergeEndpoints = [
  endpoint(
    {
      method: "POST",
      path: "/2.0/repositories/:workspace/:repository/pullrequests/:id/merge",
      family: "pull requests",
      scopes: ["read:pullrequest:bitbucket", "write:pullrequest:bitbucket"],
      body: optionalJson(body),
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const request = open(find(call, repository));
      const refusal = mergeRefusal(call.state, repository, call.account.uuid, request);
      if (refusal !== undefined) throw new ApiError(403, "You are not allowed to merge this.", refusal);
      merge(call, repository, request);
      return ok(show.pullRequest(call.state, repository, request));
    },
  ),
];

function merge(call: Call<Body>, repository: Repository, request: PullRequest): void {
  const { account } = call;
  const from = sourceOf(call.state, repository, request);
  const source = commitOf(from, request.source);
  const destination = commitOf(repository, request.destination);
  bring(from, repository, source.hash);
  const date = call.world.clock.next();
  const mergeCommit = mergedAs(call, repository, request, { source, destination, date });
  close(call.state, repository, request, {
    account: account.uuid,
    date,
    mergeCommit,
    before: destination.hash,
  });
  if (call.body.close_source_branch ?? request.closeSourceBranch) moveBranch(from, request.source, undefined);
}

/** @returns the hash of the commit that the destination then is at */
function mergedAs(
  { body, account, world }: Call<Body>,
  repository: Repository,
  request: PullRequest,
  { source, destination, date }: { source: Commit; destination: Commit; date: string },
): string {
  const { merge_strategy: strategy, message = `Merged in ${request.source} (pull request #${request.id})` } =
    body;
  if (strategy === "fast_forward") {
    if (!ancestors(repository, source.hash).has(destination.hash)) {
      throw new ApiError(400, "The pull request cannot be fast-forwarded.");
    }
    moveBranch(repository, request.destination, source.hash);
    return source.hash;
  }
  if (strategy !== "merge_commit" && strategy !== "squash") {
    throw new ContractError(400, `merge strategy ${strategy} is not emulated`);
  }
  const merged = world.merges === "git" ? mergeFiles : mergedFiles;
  const files = merged(repository, destination, source);
  const parents = strategy === "squash" ? [destination.hash] : [destination.hash, source.hash];
  return addCommit(repository, request.destination, { account, message, parents, files, date });
}
