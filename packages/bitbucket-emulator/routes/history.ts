/**
 * What lies behind a commit, and what differs between two
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/).
 */
import { commitOf, filesOf } from "../commits";
import { endpoint, page, repositoryOf, type Call } from "../endpoint";
import type { Commit } from "../code";
import type { Repository } from "../entities";
import { ApiError, ContractError } from "../errors";
import type { Files } from "../git/trees";
import { changesBetween, commitsOf, mergeBase, mergedFiles, type Change } from "../history";
import type { Schema } from "../contract";
import { commit as showCommit } from "../presentCode";

const path = "/2.0/repositories/:workspace/:repository";
const common = { family: "commits", scopes: ["read:repository:bitbucket"], paged: true } as const;

export const historyEndpoints = [
  endpoint(
    { ...common, method: "GET", path: `${path}/commits/:revision`, query: ["include", "exclude"] },
    (call) => {
      const repository = repositoryOf(call, "read");
      const hashes = (name: string) =>
        call.url.searchParams.getAll(name).map((asked) => commitOf(repository, asked).hash);
      const from = commitOf(repository, call.param("revision")).hash;
      const found = commitsOf(repository, [from, ...hashes("include")], hashes("exclude"));
      return page(call, found, (each) => showCommit(call.state, each));
    },
  ),

  endpoint(
    {
      ...common,
      method: "GET",
      path: `${path}/diffstat/:spec`,
      query: ["topic", "merge", "renames", "path", "ignore_whitespace"],
    },
    (call) => {
      const repository = repositoryOf(call, "read");
      const [from, to] = sides(call, repository);
      const paths = call.url.searchParams.getAll("path");
      const changes = changesBetween(from, to, flag(call, "renames") ?? true).filter(
        (each) => paths.length === 0 || paths.some((one) => one === each.old || one === each.new),
      );
      return page(call, changes, showChange, { usual: 500, most: 5000 });
    },
  ),
];

/**
 * The files before and after. Of two commits the first has the changes: the other way round than `git diff`.
 *
 * @throws ApiError 400 for `merge` beside `topic`
 */
function sides(call: Call<unknown>, repository: Repository): readonly [Files, Files] {
  const [one = "", other, ...more] = call.param("spec").split("..");
  if (more.length > 0 || one === "" || other === "")
    throw new ApiError(400, "Invalid spec", call.param("spec"));
  if (call.url.searchParams.has("ignore_whitespace")) {
    throw new ContractError(400, "ignore_whitespace is not emulated");
  }
  const [merge, topic] = [flag(call, "merge"), flag(call, "topic")];
  if (merge !== undefined && topic !== undefined) {
    throw new ApiError(400, "merge and topic cannot be used at the same time");
  }
  const files = (commit: Commit | undefined): Files => filesOf(repository, commit);
  const source = commitOf(repository, one);
  if (other === undefined) {
    const [parent] = source.parents;
    return [files(parent === undefined ? undefined : commitOf(repository, parent)), files(source)];
  }
  const destination = commitOf(repository, other);
  if (topic === true) return [files(mergeBase(repository, source.hash, destination.hash)), files(source)];
  if (topic === false || merge === false) return [files(destination), files(source)];
  return [files(destination), mergedFiles(repository, destination, source)];
}

function flag(call: Call<unknown>, name: string): boolean | undefined {
  const text = call.url.searchParams.get(name);
  if (text === null) return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw new ApiError(400, `Invalid ${name}`, `${name}=${text}`);
}

/** Lines are not counted. */
function showChange({ status, ...paths }: Change): Schema<"diffstat"> {
  const file = (path: string) => ({ type: "commit_file", path, escaped_path: path });
  const of = (path: string | undefined) => (path === undefined ? null : file(path));
  return { type: "diffstat", status, old: of(paths.old), new: of(paths.new) } as never;
}
