/**
 * The workspace, its members and what each of them may do in the end
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/).
 */
import { type Schema } from "../contract";
import {
  checkAdministrator,
  checkWorkspace,
  endpoint,
  ok,
  page,
  pick,
  repositoryOf,
  type Call,
  type Reply,
} from "../endpoint";
import { type Account, type Repository, type RepositoryPermission } from "../entities";
import { ApiError, ContractError } from "../errors";
import { conditionsOf, meets, type Condition } from "../filter";
import * as show from "../present";
import { isAdministrator, repositoryPermissionsOf } from "../permissionRules";

/** Addresses that one request may ask for. */
const mostEmails = 90;

const order = (permission: string): number => ["read", "write", "admin"].indexOf(permission);

export const workspaceEndpoints = [
  // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/
  endpoint(
    { method: "GET", path: "/2.0/user", family: "workspace", scopes: ["read:user:bitbucket"] },
    (call) => ok(show.userBy(call.state, call.account.uuid)),
  ),

  endpoint(
    { method: "GET", path: "/2.0/users/:user", family: "workspace", scopes: ["read:user:bitbucket"] },
    (call) => {
      const asked = call.param("user");
      const is = ({ uuid, accountId }: Account): boolean => uuid === asked || accountId === asked;
      return ok(show.user(pick(call.state.accounts, is, `User ${asked}`)));
    },
  ),

  // There are none.
  endpoint(
    {
      method: "GET",
      path: "/2.0/snippets/:workspace",
      family: "workspace",
      scopes: ["read:snippet:bitbucket"],
      query: ["role"],
      paged: true,
    },
    (call) => {
      checkWorkspace(call);
      return page(call, [], (none) => none);
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace",
      family: "workspace",
      scopes: ["read:workspace:bitbucket"],
    },
    (call) => {
      checkWorkspace(call);
      return ok(show.workspace(call.state));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/members",
      family: "workspace",
      scopes: ["read:workspace:bitbucket", "read:user:bitbucket"],
      query: ["q", "fields"],
      paged: true,
    },
    members,
  ),

  // An administrator of the workspace is called its owner here.
  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/permissions",
      family: "workspace",
      scopes: ["read:workspace:bitbucket", "read:user:bitbucket"],
      query: ["q"],
      paged: true,
    },
    (call) => {
      checkWorkspace(call);
      const { state } = call;
      const conditions = conditionsOf(call.url.searchParams.get("q"), ["permission"]);
      const roleOf = ({ uuid }: Account) => (isAdministrator(state, uuid) ? "owner" : "member");
      const found = state.accounts.filter(
        (account) => account.member && meets(conditions, () => roleOf(account)),
      );
      return page(call, found, (account): Schema<"workspace_membership"> & { permission: string } => ({
        type: "workspace_membership",
        permission: roleOf(account),
        user: show.user(account),
        workspace: show.workspace(state),
      }));
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/permissions/repositories",
      family: "permissions",
      scopes: ["read:repository:bitbucket"],
      query: ["q"],
      paged: true,
    },
    (call) => {
      checkAdministrator(call);
      return effective(call, call.state.repositories);
    },
  ),

  endpoint(
    {
      method: "GET",
      path: "/2.0/workspaces/:workspace/permissions/repositories/:repository",
      family: "permissions",
      scopes: ["read:repository:bitbucket"],
      query: ["q"],
      paged: true,
    },
    (call) => effective(call, [repositoryOf(call, "admin")]),
  ),
];

/**
 * Members; administrators may filter by e-mail, and then, with `fields=+values.user.email`, see the addresses
 * that they asked for and no others.
 */
function members(call: Call<unknown>): Reply {
  checkWorkspace(call);
  const conditions = emailConditions(call);
  const withEmail = showsEmail(call.url.searchParams.get("fields"));
  const found = call.state.accounts.filter(
    (account) =>
      account.member &&
      meets(
        conditions,
        () => account.email.toLowerCase(),
        (value) => value,
      ),
  );
  return page(call, found, (account): Schema<"workspace_membership"> => ({
    type: "workspace_membership",
    user: {
      ...show.user(account),
      ...(withEmail && conditions.length > 0 ? { email: account.email } : {}),
    },
    workspace: show.workspace(call.state),
  }));
}

function emailConditions(call: Call<unknown>): readonly Condition[] {
  const conditions = conditionsOf(call.url.searchParams.get("q"), ["user.email"]);
  if (conditions.length === 0) return [];
  if (!isAdministrator(call.state, call.account.uuid)) {
    throw new ApiError(403, "Only administrators of the workspace may filter by e-mail.");
  }
  const emails = conditions.flatMap((condition) => condition.values);
  if (emails.length > mostEmails) {
    throw new ApiError(400, `${emails.length} e-mails in one filter; at most ${mostEmails} are allowed`);
  }
  if (conditions.some(({ operator }) => operator !== "=" && operator !== "IN")) {
    throw new ApiError(400, "user.email can only be compared by = and IN");
  }
  return conditions.map((each) => ({ ...each, values: each.values.map((value) => value.toLowerCase()) }));
}

function showsEmail(fields: string | null): boolean {
  if (fields === null) return false;
  // A plus sign that was not percent-encoded arrives as a space; Bitbucket then selects nothing.
  if (fields === "+values.user.email") return true;
  throw new ContractError(400, `fields=${fields}: only fields=%2Bvalues.user.email is emulated`);
}

interface Effective {
  readonly account: Account;
  readonly repository: Repository;
  readonly permission: RepositoryPermission;
}

/** The highest permission of everybody on each of some repositories, by whatever path. */
function effective(call: Call<unknown>, repositories: readonly Repository[]): Reply {
  const { state } = call;
  const conditions = conditionsOf(call.url.searchParams.get("q"), [
    "permission",
    "repository.name",
    "user.uuid",
  ]);
  const accounts = state.accounts.map((account) => ({
    account,
    permissionOn: repositoryPermissionsOf(state, account.uuid),
  }));
  const all = repositories.flatMap((repository) =>
    accounts.flatMap(({ account, permissionOn }): Effective[] => {
      const permission = permissionOn(repository);
      return permission === undefined ? [] : [{ account, repository, permission }];
    }),
  );
  const field = (each: Effective, name: string): string => {
    if (name === "permission") return each.permission;
    return name === "user.uuid" ? each.account.uuid : each.repository.name;
  };
  return page(
    call,
    all.filter((each) => meets(conditions, (name) => field(each, name), order)),
    ({ account, repository, permission }): Schema<"repository_permission"> => ({
      type: "repository_permission",
      permission,
      user: show.user(account),
      repository: show.repository(state, repository),
    }),
  );
}
