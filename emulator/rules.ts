/**
 * Who may do what: Bitbucket's permission rules as pure functions of the state.
 *
 * Rights are inherited workspace → project → repository and the highest wins, so a repository can never take
 * away what its project gives. On top of `write` come the branch restrictions, which spare nobody, not even
 * administrators. See
 * https://support.atlassian.com/bitbucket-cloud/docs/repository-privacy-permissions-and-forking/ and
 * https://support.atlassian.com/bitbucket-cloud/docs/use-branch-permissions/.
 *
 * A function named `…Refusal` answers undefined where the act is allowed, else why it is not.
 */
import { type RestrictionKind } from "./contract";
import {
  administrators,
  type AccessToken,
  type Environment,
  type Grants,
  type Project,
  type ProjectPermission,
  type PullRequest,
  type Repository,
  type RepositoryPermission,
  type Restriction,
  type State,
} from "./entities";
import { branchTypeMatches, globMatches } from "./match";

const strength: Readonly<Record<ProjectPermission, number>> = {
  read: 1,
  write: 2,
  "create-repo": 3,
  admin: 4,
};

/** Whether a permission is at least as strong as the one that is needed. */
export function suffices(
  held: ProjectPermission | undefined,
  needed: ProjectPermission,
): held is ProjectPermission {
  return held !== undefined && strength[held] >= strength[needed];
}

export function isMember(state: State, account: string): boolean {
  return state.accounts.some((each) => each.uuid === account && each.member);
}

/** An access token administers what it was made for, if its scopes say so of anything. */
export function isAdministrator(state: State, account: string): boolean {
  const token = accessTokenOf(state, account);
  if (token) return isForWorkspace(token) && permissionOf(token) === "admin";
  return isMember(state, account) && groupsOf(state, account).has(administrators);
}

/** Slugs of the groups that an account is in. */
export function groupsOf(state: State, account: string): ReadonlySet<string> {
  return new Set(state.groups.filter((group) => group.members.includes(account)).map((group) => group.slug));
}

/** What an account may do in a project, by any path; undefined for nothing. */
export function projectPermission(
  state: State,
  project: Project,
  account: string,
): ProjectPermission | undefined {
  const token = accessTokenOf(state, account);
  if (token) return isForWorkspace(token) || token.project === project.key ? permissionOf(token) : undefined;
  if (isAdministrator(state, account)) return "admin";
  return isMember(state, account) ? granted(state, project.grants, account) : undefined;
}

/** What an account may do in a repository, by any path; undefined for nothing. */
export function repositoryPermission(
  state: State,
  repository: Repository,
  account: string,
): RepositoryPermission | undefined {
  const token = accessTokenOf(state, account);
  if (token) return covers(token, repository) ? permissionOf(token) : undefined;
  if (!isMember(state, account)) return undefined;
  const project = state.projects.find((each) => each.key === repository.project);
  const inherited = project && projectPermission(state, project, account);
  const held = strongest([inherited, granted(state, repository.grants, account)]);
  return held === "create-repo" ? "write" : held;
}

function accessTokenOf(state: State, uuid: string): AccessToken | undefined {
  return state.accessTokens?.find((each) => each.uuid === uuid);
}

const isForWorkspace = ({ project, repository }: AccessToken): boolean =>
  project === undefined && repository === undefined;

function covers(token: AccessToken, repository: Repository): boolean {
  return (
    isForWorkspace(token) || token.project === repository.project || token.repository === repository.slug
  );
}

/** The right that goes with the strongest of its scopes; each endpoint asks for the scopes besides. */
function permissionOf({ scopes }: AccessToken): RepositoryPermission {
  if (scopes.some((scope) => scope.startsWith("admin:"))) return "admin";
  return scopes.some((scope) => scope.startsWith("write:")) ? "write" : "read";
}

function granted<Permission extends ProjectPermission>(
  state: State,
  grants: Grants<Permission>,
  account: string,
): Permission | undefined {
  const groups = groupsOf(state, account);
  return strongest([
    ...grants.groups.filter((grant) => groups.has(grant.holder)).map((grant) => grant.permission),
    ...grants.users.filter((grant) => grant.holder === account).map((grant) => grant.permission),
  ]);
}

function strongest<Permission extends ProjectPermission>(
  held: readonly (Permission | undefined)[],
): Permission | undefined {
  return held.reduce(
    (best, each) =>
      each !== undefined && (best === undefined || strength[each] > strength[best]) ? each : best,
    undefined,
  );
}

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
export function checksAreEnforced(state: State, repository: Repository, branch: string): boolean {
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
  const builds = successfulBuilds(repository, request.source);
  const check = (kind: RestrictionKind, has: number, what: string): string[] =>
    restrictionsOn(repository, kind, request.destination)
      .filter((restriction) => has < (restriction.value ?? 1))
      .map((restriction) => `${has} of ${restriction.value ?? 1} ${what}`);
  return [
    ...check("require_approvals_to_merge", approvals, "approvals"),
    ...check("require_passing_builds_to_merge", builds, "successful builds"),
  ];
}

function successfulBuilds(repository: Repository, branch: string): number {
  const tip = repository.branches.find((each) => each.name === branch)?.commit;
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
