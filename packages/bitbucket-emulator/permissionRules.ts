/**
 * Who holds which permission: rights are inherited workspace → project → repository and the highest wins, so a
 * repository can never take away what its project gives. Pure functions of the state
 * (https://support.atlassian.com/bitbucket-cloud/docs/repository-privacy-permissions-and-forking/).
 */
import {
  administrators,
  type AccessToken,
  type Grants,
  type Project,
  type ProjectPermission,
  type Repository,
  type RepositoryPermission,
  type State,
} from "./entities";

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

/**
 * Whether an account is a member of the workspace.
 *
 * @param account UUID
 */
export function isMember(state: State, account: string): boolean {
  return state.accounts.some((each) => each.uuid === account && each.member && !each.suspended);
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
  return isMember(state, account) ? granted(project.grants, groupsOf(state, account), account) : undefined;
}

/** What an account may do in a repository, by any path; undefined for nothing. */
export function repositoryPermission(
  state: State,
  repository: Repository,
  account: string,
): RepositoryPermission | undefined {
  return repositoryPermissionsOf(state, account)(repository);
}

/** The same for as many repositories as somebody asks for: what the account is in is looked up once. */
export function repositoryPermissionsOf(
  state: State,
  account: string,
): (repository: Repository) => RepositoryPermission | undefined {
  const token = accessTokenOf(state, account);
  if (token) return (repository) => (covers(token, repository) ? permissionOf(token) : undefined);
  if (!isMember(state, account)) return () => undefined;
  const groups = groupsOf(state, account);
  const administers = groups.has(administrators);
  const onlyReads = !administers && isOverLimit(state);
  return (repository) => {
    const project = state.projects.find((each) => each.key === repository.project);
    const inherited = project && (administers ? "admin" : granted(project.grants, groups, account));
    const held = strongest([inherited, granted(repository.grants, groups, account)]);
    if (held !== undefined && onlyReads) return "read";
    return held === "create-repo" ? "write" : held;
  };
}

/** How many people a workspace on the plan Free has at most; invitations that wait count. */
const mostOnFree = 5;

/**
 * Whether a workspace has more people than its plan takes: then nobody but its administrators writes to its repositories
 * (https://support.atlassian.com/bitbucket-cloud/docs/manage-your-plan-and-billing/).
 */
function isOverLimit({ workspace, accounts }: State): boolean {
  if (workspace.plan !== "free") return false;
  return accounts.filter(({ member, invited }) => member || invited).length > mostOnFree;
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
  grants: Grants<Permission>,
  groups: ReadonlySet<string>,
  account: string,
): Permission | undefined {
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
