/**
 * Branches, files, and commits by upload
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/). A commit to a branch is a push and
 * is evaluated as one. Unlike the real thing, a push starts no pipeline by itself: a laptop runs what it is told.
 */
import { fields } from "../body";
import { type Schema } from "../contract";
import { deliver } from "../deliveries";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Reply } from "../endpoint";
import { type Branch, type Commit } from "../code";
import { type Repository, type State } from "../entities";
import { ApiError, ContractError } from "../errors";
import { hashOf } from "../gitObjects";
import * as show from "../present";
import { deleteRefusal, pushRefusal } from "../rules";

const path = "/2.0/repositories/:workspace/:repository";

export const sourceEndpoints = [
  endpoint(
    {
      method: "GET",
      path: `${path}/refs/branches`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
      paged: true,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      return page(call, repository.branches, (branch) => showBranch(call.state, repository, branch));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: `${path}/refs/branches/:branch{.+}`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const name = call.param("branch");
      const branch = pick(repository.branches, (each) => each.name === name, `Branch ${name}`);
      return ok(showBranch(call.state, repository, branch));
    },
  ),

  endpoint(
    {
      method: "DELETE",
      path: `${path}/refs/branches/:branch{.+}`,
      family: "source",
      scopes: ["write:repository:bitbucket"],
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const name = call.param("branch");
      const gone = pick(repository.branches, (each) => each.name === name, `Branch ${name}`);
      if (name === repository.mainBranch) throw new ApiError(400, "The main branch cannot be deleted.");
      const refusal = deleteRefusal(call.state, repository, call.account.uuid, name);
      if (refusal !== undefined) throw new ApiError(403, "Permission denied to delete branch.", refusal);
      repository.branches = repository.branches.filter((each) => each !== gone);
      return noContent();
    },
  ),

  // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/
  endpoint(
    {
      method: "GET",
      path: `${path}/commit/:commit`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
    },
    (call) => ok(show.commit(call.state, commitOf(repositoryOf(call, "read"), call.param("commit")))),
  ),

  // Of one commit, against its first parent; a range of commits is not emulated.
  endpoint(
    {
      method: "GET",
      path: `${path}/diffstat/:spec`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
      paged: true,
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const { files, parents } = commitOf(repository, call.param("spec"));
      const before = parents[0] === undefined ? {} : commitOf(repository, parents[0]).files;
      const paths = [...new Set([...Object.keys(before), ...Object.keys(files)])].sort();
      const changed = paths.filter((file) => before[file] !== files[file]);
      return page(call, changed, (file) => show.diffstat(file, before[file], files[file]));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: `${path}/src/:commit/:path{.+}`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
    },
    (call) => {
      const commit = commitOf(repositoryOf(call, "read"), call.param("commit"));
      const content = commit.files[call.param("path")];
      if (content === undefined) throw new ApiError(404, `No such file: ${call.param("path")}`);
      return ok(content);
    },
  ),

  endpoint(
    {
      method: "POST",
      path: `${path}/src`,
      family: "source",
      scopes: ["write:repository:bitbucket"],
      body: fields,
    },
    push,
  ),
];

const metadata = ["message", "author", "branch", "parents", "files"];

function push(call: Call<readonly (readonly [string, string])[]>): Reply {
  const repository = repositoryOf(call, "read");
  const field = (name: string): string | undefined => call.body.find(([each]) => each === name)?.[1];
  const branch = field("branch") ?? repository.mainBranch;
  const refusal = pushRefusal(call.state, repository, call.account.uuid, branch);
  if (refusal !== undefined) throw new ApiError(403, "Permission denied to update branch.", refusal);

  const parent = parentOf(repository, branch, field("parents"));
  const files: Record<string, string> = { ...parent.files };
  const uploads = call.body.filter(([name]) => !metadata.includes(name));
  for (const [name, content] of uploads) files[name.replace(/^\/+/, "")] = content;
  const uploaded = new Set(uploads.map(([name]) => name.replace(/^\/+/, "")));
  const removed = call.body.filter(([name]) => name === "files").map(([, file]) => file.replace(/^\/+/, ""));
  const kept = Object.entries(files).filter(([file]) => uploaded.has(file) || !removed.includes(file));

  const commit = addCommit(repository, branch, {
    message: field("message") ?? "Edited by upload",
    author: call.account.uuid,
    parents: [parent.hash],
    files: Object.fromEntries(kept),
  });
  for (const request of repository.pullRequests) {
    if (request.state !== "OPEN" || request.source !== branch) continue;
    request.updatedOn = commit.date;
    deliver(call.state, repository, "pullrequest:updated", request, call.account.uuid);
  }
  const { slug } = call.state.workspace;
  const location = `${call.world.url}/2.0/repositories/${slug}/${repository.slug}/commit/${commit.hash}`;
  return { status: 201, headers: { location } };
}

/** The commit to build on: the tip of the branch, or, for a new one, a given parent or the main branch's tip. */
function parentOf(repository: Repository, branch: string, given: string | undefined): Commit {
  if (given?.includes(",")) throw new ContractError(400, "merging several parents is not emulated");
  const tip = repository.branches.find((each) => each.name === branch)?.commit;
  if (tip !== undefined && given !== undefined && given !== tip) {
    throw new ApiError(409, `${given} is not the tip of ${branch}`);
  }
  return commitOf(repository, tip ?? given ?? repository.mainBranch);
}

/** Puts a commit on top of a branch, which it makes if need be. */
export function addCommit(
  repository: Repository,
  branch: string,
  content: Pick<Commit, "message" | "author" | "parents" | "files">,
): Commit {
  const made = { ...content, date: new Date().toISOString() };
  const commit: Commit = { ...made, hash: hashOf(made) };
  repository.commits.push(commit);
  const known = repository.branches.find((each) => each.name === branch);
  if (known) known.commit = commit.hash;
  else repository.branches.push({ name: branch, commit: commit.hash });
  return commit;
}

/** A commit by its hash, or the tip of a branch by its name. */
export function commitOf(repository: Repository, asked: string): Commit {
  const hash = repository.branches.find((each) => each.name === asked)?.commit ?? asked;
  return pick(repository.commits, (each) => each.hash === hash, `Commit ${asked}`);
}

function showBranch(state: State, repository: Repository, branch: Branch): Schema<"branch"> {
  return {
    type: "branch",
    name: branch.name,
    target: show.commit(state, commitOf(repository, branch.commit)),
  };
}
