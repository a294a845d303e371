/**
 * How the objects look from outside. The return types are the contract's: a wrong shape does not compile.
 */
import { type EnvironmentBody, type LegacyGroup, type LegacyMember, type Schema } from "./contract";
import {
  type Account,
  type Environment,
  type Group,
  type Project,
  type Repository,
  type Restriction,
  type State,
} from "./entities";
import { type Variable } from "./records";

/** Without user name and e-mail: those are not in Bitbucket's API. */
export function user(account: Account): Schema<"user"> {
  return {
    type: "user",
    uuid: account.uuid,
    account_id: account.accountId,
    display_name: account.name,
    nickname: account.name,
    account_status: "active",
  };
}

/** An account by its UUID; one that is gone keeps its UUID. */
export function userBy(state: State, uuid: string): Schema<"user"> {
  const account = state.accounts.find((each) => each.uuid === uuid);
  return account ? user(account) : { type: "user", uuid };
}

/** The one workspace, always private. */
export function workspace(state: State): Schema<"workspace"> {
  const { uuid, slug, name, createdOn } = state.workspace;
  return { type: "workspace", uuid, slug, name, is_private: true, created_on: createdOn };
}

/** A group by its slug; the slug of one that is gone serves as its name. */
export function group(state: State, slug: string): Schema<"group"> {
  const name = state.groups.find((each) => each.slug === slug)?.name ?? slug;
  return { type: "group", slug, name, full_slug: `${state.workspace.slug}:${slug}` };
}

/** A group as the API 1.0 shows it, its members included; nobody is added to it by default. */
export function legacyGroup(state: State, shown: Group): LegacyGroup {
  return {
    name: shown.name,
    slug: shown.slug,
    permission: shown.onNewRepositories ?? null,
    auto_add: shown.onNewRepositories !== undefined,
    owner: { uuid: state.workspace.uuid, display_name: state.workspace.name },
    members: legacyMembers(state, shown),
  };
}

/** Members whose accounts there still are, in the order in which they were added. */
export function legacyMembers(state: State, shown: Group): LegacyMember[] {
  return shown.members.flatMap((uuid) => {
    const account = state.accounts.find((each) => each.uuid === uuid);
    return account ? [legacyMember(account)] : [];
  });
}

/** A member as the API 1.0 shows one: without a type, and always active. */
export function legacyMember(account: Account): LegacyMember {
  return {
    uuid: account.uuid,
    account_id: account.accountId,
    display_name: account.name,
    is_active: true,
  };
}

/** A project, always private. */
export function project(shown: Project): Schema<"project"> {
  const { uuid, key, name, createdOn } = shown;
  return { type: "project", uuid, key, name, is_private: true, created_on: createdOn };
}

/** A repository with its workspace and its project, always private. */
export function repository(state: State, shown: Repository): Schema<"repository"> {
  const owner = state.projects.find((each) => each.key === shown.project);
  return {
    type: "repository",
    uuid: shown.uuid,
    slug: shown.slug,
    name: shown.name,
    full_name: `${state.workspace.slug}/${shown.slug}`,
    is_private: true,
    scm: "git",
    created_on: shown.createdOn,
    workspace: workspace(state),
    mainbranch: { type: "branch", name: shown.mainBranch },
    ...(owner ? { project: project(owner) } : {}),
  };
}

/**
 * A branch restriction, by a glob or by a type of the branching model; `value` only where the kind counts something.
 */
export function restriction(state: State, shown: Restriction): Schema<"branchrestriction"> {
  const { match } = shown;
  return {
    type: "branchrestriction",
    id: shown.id,
    kind: shown.kind,
    branch_match_kind: match.kind,
    pattern: match.kind === "glob" ? match.pattern : "",
    ...(match.kind === "branching_model" ? { branch_type: match.type } : {}),
    users: shown.users.map((uuid) => userBy(state, uuid)),
    groups: shown.groups.map((slug) => group(state, slug)),
    ...(shown.value === undefined ? {} : { value: shown.value }),
  };
}

const ranks = { Test: 0, Staging: 1, Production: 2 } as const;

/**
 * An environment with a slug made of its name; its rank is its place in the list.
 *
 * @param index from 0
 */
export function environment(shown: Environment, index: number): EnvironmentBody {
  return {
    type: "deployment_environment",
    uuid: shown.uuid,
    name: shown.name,
    slug: shown.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    rank: index,
    hidden: false,
    environment_type: { type: "deployment_environment_type", name: shown.type, rank: ranks[shown.type] },
    category: { name: shown.type },
    restrictions: { type: "deployment_restrictions_configuration", admin_only: shown.adminOnly },
    lock: { type: "deployment_environment_lock_open", name: "OPEN" },
    deployment_gate_enabled: false,
    environment_lock_enabled: true,
  };
}

/** Without the value, if it is secured. */
export function variable(shown: Variable): Schema<"pipeline_variable"> {
  return { type: "pipeline_variable", ...publicPart(shown) };
}
/** The same for an environment. */
export function deploymentVariable(shown: Variable): Schema<"deployment_variable"> {
  return { type: "deployment_variable", ...publicPart(shown) };
}

function publicPart({ uuid, key, value, secured }: Variable): {
  readonly uuid: string;
  readonly key: string;
  readonly secured: boolean;
  readonly value?: string;
} {
  return { uuid, key, secured, ...(secured ? {} : { value }) };
}
