/**
 * Who may do what to a branch, a pull request, a pipeline: Bitbucket's rules as pure functions of the state.
 *
 * On top of `write` come the branch restrictions, which spare nobody, not even administrators
 * (https://support.atlassian.com/bitbucket-cloud/docs/use-branch-permissions/).
 *
 * A function named `…Refusal` answers undefined where the act is allowed, else why it is not.
 */
import type { PullRequest } from "./code";
import type { RestrictionKind } from "./contract";
import type { Environment, Repository, Restriction, State } from "./entities";
import { tipOf } from "./git/bare";
import { branchTypeMatches, globMatches } from "./match";
import { groupsOf, repositoryPermission, suffices } from "./permissionRules";

/** The restrictions of a kind that apply to a branch. */
export function restrictionsOn(repository: Repository, kind: RestrictionKind, branch: string): Restriction[] {
  return repository.restrictions.filter(
    (restriction) =>
      restriction.kind === kind &&
      (restriction.match.kind === "glob"
        ? globMatches(restriction.match.pattern, branch)
        : branchTypeMatches(restriction.match.type, branch, repository.mainBranch)),
  );
}

/** Why an account may not push to a branch. */
export function pushRefusal(
  state: State,
  repository: Repository,
  account: string,
  branch: string,
): string | undefined {
  return writeRefusal(state, repository, account) ?? listRefusal(state, repository, "push", account, branch);
}

/** Why an account may not delete a branch. */
export function deleteRefusal(
  state: State,
  repository: Repository,
  account: string,
  branch: string,
): string | undefined {
  if (restrictionsOn(repository, "delete", branch).length > 0) return `deleting ${branch} is restricted`;
  return writeRefusal(state, repository, account);
}

/** Why the history of a branch may not be replaced, whoever does it. */
export function rewriteRefusal(repository: Repository, branch: string): string | undefined {
  return restrictionsOn(repository, "force", branch).length > 0 ? "its history is protected" : undefined;
}

/** Why an account may not merge a pull request. */
export function mergeRefusal(
  state: State,
  repository: Repository,
  account: string,
  request: PullRequest,
): string | undefined {
  const refusal =
    writeRefusal(state, repository, account) ??
    listRefusal(state, repository, "restrict_merges", account, request.destination);
  if (refusal !== undefined) return refusal;
  const unmet = unmetChecks(repository, request);
  return unmet.length > 0 && checksAreEnforced(state, repository, request.destination)
    ? `merge checks are not met: ${unmet.join("; ")}`
    : undefined;
}

/** Merge checks only warn, unless the plan is Premium and `enforce_merge_checks` is set for the branch. */
function checksAreEnforced(state: State, repository: Repository, branch: string): boolean {
  return (
    state.workspace.plan === "premium" &&
    restrictionsOn(repository, "enforce_merge_checks", branch).length > 0
  );
}

/**
 * The merge checks that a pull request does not meet yet, in words. Approvals and builds are checked; of the
 * other kinds (tasks, default reviewers, requested changes, comments) the emulator has no objects, so that
 * nothing of theirs can be open.
 */
export function unmetChecks(repository: Repository, request: PullRequest): string[] {
  const approvals = request.approvals.filter((account) => account !== request.author).length;
  const check = (kind: RestrictionKind, count: () => number, what: string): string[] =>
    restrictionsOn(repository, kind, request.destination)
      .map(({ value = 1 }) => ({ value, has: count() }))
      .filter(({ value, has }) => has < value)
      .map(({ value, has }) => `${has} of ${value} ${what}`);
  return [
    ...check("require_approvals_to_merge", () => approvals, "approvals"),
    ...check(
      "require_passing_builds_to_merge",
      () => successfulBuilds(repository, request.source),
      "successful builds",
    ),
  ];
}

function successfulBuilds(repository: Repository, branch: string): number {
  const tip = tipOf(repository, branch);
  const statuses = repository.statuses?.filter((each) => each.commit === tip && each.state === "SUCCESSFUL");
  const runs = repository.pipelines.filter((run) => run.commit === tip && run.status === "SUCCESSFUL");
  return runs.length + (statuses?.length ?? 0);
}

/** Why an account may not start, rerun or stop pipelines. */
export function triggerRefusal(state: State, repository: Repository, account: string): string | undefined {
  return writeRefusal(state, repository, account);
}

/** Why a run that this account started may not go on into an environment. */
export function deployRefusal(
  state: State,
  repository: Repository,
  account: string,
  environment: Environment,
): string | undefined {
  if (!environment.adminOnly) return writeRefusal(state, repository, account);
  return suffices(repositoryPermission(state, repository, account), "admin")
    ? undefined
    : `only administrators of ${repository.slug} may deploy to ${environment.name}`;
}

function writeRefusal(state: State, repository: Repository, account: string): string | undefined {
  return suffices(repositoryPermission(state, repository, account), "write")
    ? undefined
    : `write permission on ${repository.slug} is needed`;
}

/** Every matching restriction must list the account or one of its groups; an empty list lets nobody. */
function listRefusal(
  state: State,
  repository: Repository,
  kind: "push" | "restrict_merges",
  account: string,
  branch: string,
): string | undefined {
  const groups = groupsOf(state, account);
  const spared = restrictionsOn(repository, kind, branch).every(
    (restriction) =>
      restriction.users.includes(account) || restriction.groups.some((group) => groups.has(group)),
  );
  if (spared) return undefined;
  return `${kind === "push" ? "pushing to" : "merging into"} ${branch} is restricted to others`;
}
