/**
 * Pull requests: made and changed
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/).
 */
import { z } from "zod";
import { json } from "../body";
import { created, endpoint, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { deliver } from "../deliveries";
import { type PullRequest } from "../code";
import { type Repository } from "../entities";
import { ApiError } from "../errors";
import { tipOf } from "../git/bare";
import { bring } from "../git/merge";
import * as show from "../presentCode";
import { isMember } from "../permissionRules";
import { logUpdate } from "../reviews";

const path = "/2.0/repositories/:workspace/:repository/pullrequests";
const family: Family = "pull requests";
const read = { family, scopes: ["read:pullrequest:bitbucket"] as const };
const write = { family, scopes: ["read:pullrequest:bitbucket", "write:pullrequest:bitbucket"] as const };

const side = z.strictObject({ branch: z.strictObject({ name: z.string() }) });
const source = side.extend({ repository: z.strictObject({ full_name: z.string() }).optional() });
const creation = z.strictObject({
  type: z.string().optional(),
  title: z.string().min(1),
  description: z.string().optional(),
  source,
  destination: side.optional(),
  reviewers: z.array(z.strictObject({ type: z.string().optional(), uuid: z.string() })).default([]),
  close_source_branch: z.boolean().optional(),
});
const change = z.strictObject({
  type: z.string().optional(),
  title: z.string().min(1).optional(),
  description: z.string().optional(),
  destination: side.optional(),
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
      // A longer page is refused (BCLOUD-13229).
      const length = { usual: 10, most: 50 };
      return page(call, found, (each) => show.pullRequest(call.state, repository, each), length);
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
      logUpdate(call.state, repository, request, { account: call.account.uuid, date: request.createdOn });
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
      method: "PUT",
      path: `${path}/:id`,
      body: json(change),
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const request = open(find(call, repository));
      if (call.account.uuid !== request.author) repositoryOf(call, "write");
      const { title = request.title, description = request.description, destination } = call.body;
      const into = destination?.branch.name ?? request.destination;
      checkBranches(repository, into);
      const changed = ([name, before, now]: [string, string, string]) =>
        before === now ? [] : [[name, { old: before, new: now }] as const];
      const changes = Object.fromEntries([
        ...changed(["title", request.title, title]),
        ...changed(["description", request.description, description]),
        ...changed(["destination", request.destination, into]),
      ]);
      Object.assign(request, { title, description, destination: into });
      logUpdate(call.state, repository, request, { account: call.account.uuid, date: call.world.clock.next(), changes }); // prettier-ignore
      deliver(call.state, repository, "pullrequest:updated", request, call.account.uuid);
      return ok(show.pullRequest(call.state, repository, request));
    },
  ),
];

function requestOf(call: Call<z.infer<typeof creation>>, repository: Repository): PullRequest {
  const { title, description = "", source, destination, reviewers, close_source_branch = false } = call.body;
  const into = destination?.branch.name ?? repository.mainBranch;
  const fork = forkOf(call, repository, source.repository?.full_name);
  checkBranches(repository, into);
  checkBranches(fork ?? repository, source.branch.name);
  for (const { uuid } of reviewers) {
    if (uuid === call.account.uuid) throw new ApiError(400, "The author cannot be included as a reviewer.");
    if (!isMember(call.state, uuid)) throw new ApiError(400, `${uuid} is not a member of the workspace.`);
  }
  if (fork) bring(fork, repository, tipOf(fork, source.branch.name) ?? "");
  if (fork === undefined && source.branch.name === into)
    throw new ApiError(400, "Source and destination are the same branch.");
  const now = call.world.clock.next();
  return {
    id: repository.pullRequests.length + 1,
    title,
    description,
    author: call.account.uuid,
    source: source.branch.name,
    ...(fork && { fork: fork.slug }),
    destination: into,
    closeSourceBranch: close_source_branch,
    createdOn: now,
    updatedOn: now,
    state: "OPEN",
    reviewers: reviewers.map(({ uuid }) => uuid),
    approvals: [],
  };
}

/** The fork that a source is in; undefined: it is in the repository itself. */
function forkOf(
  call: Call<unknown>,
  repository: Repository,
  name: string | undefined,
): Repository | undefined {
  const full = (slug: string) => `${call.state.workspace.slug}/${slug}`;
  if (name === undefined || name === full(repository.slug)) return undefined;
  const isIt = ({ slug, forkOf }: Repository) => full(slug) === name && forkOf === repository.slug;
  return pick(call.state.repositories, isIt, `Fork ${name}`);
}

function checkBranches(repository: Repository, name: string): void {
  if (tipOf(repository, name) !== undefined) return;
  throw new ApiError(400, `There is no branch ${name} in ${repository.slug}.`);
}

export function find(call: Call<unknown>, repository: Repository): PullRequest {
  const id = call.param("id");
  return pick(repository.pullRequests, (each) => String(each.id) === id, `Pull request ${id}`);
}

export function open(request: PullRequest): PullRequest {
  if (request.state === "OPEN") return request;
  throw new ApiError(400, `Pull request ${request.id} is ${request.state.toLowerCase()} already.`);
}
