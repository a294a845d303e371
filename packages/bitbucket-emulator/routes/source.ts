/**
 * Branches, files, and commits by upload
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/). A commit to a branch is a push and
 * is evaluated as one. Unlike the real thing, a push starts no pipeline by itself: a laptop runs what it is told.
 */
import { fields } from "../body";
import { type Schema } from "../contract";
import { addCommit, commitOf, contentOf, filesOf, withTexts } from "../commits";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Reply } from "../endpoint";
import { type Branch, type Commit } from "../code";
import { branchesOf, moveBranch, tipOf } from "../git/bare";
import { type Repository, type State } from "../entities";
import { ApiError, ContractError } from "../errors";
import * as show from "../presentCode";
import { pushed } from "../reviews";
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
      return page(call, branchesOf(repository), (branch) => showBranch(call.state, repository, branch));
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
      const branch = pick(branchesOf(repository), (each) => each.name === name, `Branch ${name}`);
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
      pick(branchesOf(repository), (each) => each.name === name, `Branch ${name}`);
      const refusal = deleteRefusal(call.state, repository, call.account.uuid, name);
      if (refusal !== undefined) throw new ApiError(403, "Permission denied to delete branch.", refusal);
      if (name === repository.mainBranch) throw new ApiError(400, "The main branch cannot be deleted.");
      moveBranch(repository, name, undefined);
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

  endpoint(
    {
      method: "GET",
      path: `${path}/src/:commit/:path{.+}`,
      family: "source",
      scopes: ["read:repository:bitbucket"],
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const commit = commitOf(repository, call.param("commit"));
      const content = contentOf(repository, commit, call.param("path"));
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
  const uploads = call.body.filter(([name]) => !metadata.includes(name));
  const texts = Object.fromEntries(uploads.map(([name, content]) => [pathOf(name), content]));
  const removed = call.body.filter(([name]) => name === "files").map(([, file]) => pathOf(file));
  const files = withTexts(repository, filesOf(repository, parent), texts);
  const kept = Object.entries(files).filter(([file]) => file in texts || !removed.includes(file));

  const who = field("author");
  if (who !== undefined && !/^[^<>]+ <[^<>]+>$/.test(who)) throw new ApiError(400, "Invalid author", who);
  const before = tipOf(repository, branch);
  const date = call.world.clock.next();
  const hash = addCommit(repository, branch, {
    message: field("message") ?? "Edited by upload",
    account: call.account,
    who,
    date,
    parents: [parent.hash],
    files: Object.fromEntries(kept),
  });
  pushed(call.state, repository, { branch, before, account: call.account.uuid, date });
  const { slug } = call.state.workspace;
  const location = `${call.world.url}/2.0/repositories/${slug}/${repository.slug}/commit/${hash}`;
  return { status: 201, headers: { location } };
}

/** The path of a file, as a form has it. @throws ApiError 400 where Git would take no such path */
function pathOf(name: string): string {
  const path = name.replace(/^\/+/, "");
  if (!path.split("/").some((part) => ["", ".", "..", ".git"].includes(part.toLowerCase()))) return path;
  throw new ApiError(400, "Invalid path", name);
}

/** The commit to build on: the tip of the branch, or, for a new one, a given parent or the main branch's tip. */
function parentOf(repository: Repository, branch: string, given: string | undefined): Commit {
  if (given?.includes(",")) throw new ContractError(400, "merging several parents is not emulated");
  const tip = tipOf(repository, branch);
  if (tip !== undefined && given !== undefined && given !== tip) {
    throw new ApiError(409, `${given} is not the tip of ${branch}`);
  }
  return commitOf(repository, tip ?? given ?? repository.mainBranch);
}

function showBranch(state: State, repository: Repository, branch: Branch): Schema<"branch"> {
  return {
    type: "branch",
    name: branch.name,
    target: show.commit(state, commitOf(repository, branch.commit)),
  };
}
