/**
 * Pull requests: made, approved, merged
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/).
 */
import { z } from "zod";
import { json, optionalJson } from "../body";
import {
  created,
  endpoint,
  noContent,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Family,
} from "../endpoint";
import { deliver } from "../deliveries";
import { type PullRequest } from "../code";
import { type Repository } from "../entities";
import { ApiError } from "../errors";
import * as show from "../present";
import { isMember } from "../permissionRules";
import { mergeRefusal } from "../rules";
import { addCommit, commitOf } from "./source";

const path = "/2.0/repositories/:workspace/:repository/pullrequests";
const family: Family = "pull requests";
const read = { family, scopes: ["read:pullrequest:bitbucket"] as const };
const write = { family, scopes: ["read:pullrequest:bitbucket", "write:pullrequest:bitbucket"] as const };
const withdraw = { family, scopes: ["write:pullrequest:bitbucket"] as const };

const side = z.strictObject({ branch: z.strictObject({ name: z.string() }) });
const creation = z.strictObject({
  type: z.string().optional(),
  title: z.string().min(1),
  description: z.string().optional(),
  source: side,
  destination: side.optional(),
  reviewers: z.array(z.strictObject({ type: z.string().optional(), uuid: z.string() })).default([]),
  close_source_branch: z.boolean().optional(),
});
const merge = z.strictObject({
  type: z.string().optional(),
  message: z.string().optional(),
  close_source_branch: z.boolean().optional(),
  merge_strategy: z.literal("merge_commit").optional(),
});

export const pullRequestEndpoints = [
  endpoint(
    {
      ...read,
      method: "GET",
      path,
      query: ["state"],
      paged: true,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const asked = call.url.searchParams.getAll("state");
      const states = asked.length > 0 ? asked : ["OPEN"];
      const found = repository.pullRequests.filter((each) => states.includes(each.state));
      return page(call, found, (each) => show.pullRequest(call.state, repository, each));
    },
  ),

  endpoint(
    {
      ...write,
      method: "POST",
      path,
      body: json(creation),
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const request = requestOf(call, repository);
      repository.pullRequests.push(request);
      deliver(call.state, repository, "pullrequest:created", request, call.account.uuid);
      return created(show.pullRequest(call.state, repository, request));
    },
  ),

  endpoint(
    {
      ...read,
      method: "GET",
      path: `${path}/:id`,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      return ok(show.pullRequest(call.state, repository, find(call, repository)));
    },
  ),

  endpoint(
    {
      ...write,
      method: "POST",
      path: `${path}/:id/approve`,
    },
    (call) => {
      const request = open(find(call, repositoryOf(call, "read")));
      if (!request.approvals.includes(call.account.uuid)) request.approvals.push(call.account.uuid);
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
      request.approvals = request.approvals.filter((uuid) => uuid !== call.account.uuid);
      return noContent();
    },
  ),

  endpoint(
    {
      ...write,
      method: "POST",
      path: `${path}/:id/merge`,
      body: optionalJson(merge),
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const request = open(find(call, repository));
      const refusal = mergeRefusal(call.state, repository, call.account.uuid, request);
      if (refusal !== undefined) throw new ApiError(403, "You are not allowed to merge this.", refusal);
      mergeInto(repository, request, call.account.uuid, call.body.message);
      deliver(call.state, repository, "pullrequest:fulfilled", request, call.account.uuid);
      if (call.body.close_source_branch ?? request.closeSourceBranch) {
        repository.branches = repository.branches.filter((each) => each.name !== request.source);
      }
      return ok(show.pullRequest(call.state, repository, request));
    },
  ),
];

function requestOf(call: Call<z.infer<typeof creation>>, repository: Repository): PullRequest {
  const { title, description = "", source, destination, reviewers, close_source_branch = false } = call.body;
  const into = destination?.branch.name ?? repository.mainBranch;
  for (const name of [source.branch.name, into]) {
    if (repository.branches.some((branch) => branch.name === name)) continue;
    throw new ApiError(400, `There is no branch ${name} in ${repository.slug}.`);
  }
  for (const { uuid } of reviewers) {
    if (uuid === call.account.uuid) throw new ApiError(400, "The author cannot be included as a reviewer.");
    if (!isMember(call.state, uuid)) throw new ApiError(400, `${uuid} is not a member of the workspace.`);
  }
  if (source.branch.name === into) throw new ApiError(400, "Source and destination are the same branch.");
  const now = new Date().toISOString();
  return {
    id: repository.pullRequests.length + 1,
    title,
    description,
    author: call.account.uuid,
    source: source.branch.name,
    destination: into,
    closeSourceBranch: close_source_branch,
    createdOn: now,
    updatedOn: now,
    state: "OPEN",
    reviewers: reviewers.map(({ uuid }) => uuid),
    approvals: [],
  };
}

function find(call: Call<unknown>, repository: Repository): PullRequest {
  const id = call.param("id");
  return pick(repository.pullRequests, (each) => String(each.id) === id, `Pull request ${id}`);
}

function open(request: PullRequest): PullRequest {
  if (request.state === "OPEN") return request;
  throw new ApiError(400, `Pull request ${request.id} is ${request.state.toLowerCase()} already.`);
}

/** The files of the source go over those of the destination: there are no conflicts here. */
function mergeInto(repository: Repository, request: PullRequest, account: string, message?: string): void {
  const source = commitOf(repository, request.source);
  const destination = commitOf(repository, request.destination);
  const commit = addCommit(repository, request.destination, {
    message: message ?? `Merged in ${request.source} (pull request #${request.id})`,
    author: account,
    parents: [destination.hash, source.hash],
    files: { ...destination.files, ...source.files },
  });
  request.state = "MERGED";
  request.closedBy = account;
  request.mergeCommit = commit.hash;
  request.updatedOn = commit.date;
}
