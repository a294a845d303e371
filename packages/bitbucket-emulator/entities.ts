/**
 * What the emulator remembers: one workspace and everything in it, as plain data that survives a round trip
 * through JSON. People and groups are referred to by what Bitbucket refers to them by: an account by its UUID
 * with braces, a group by its slug, a project by its key.
 */
import type { Pipeline, PullRequest } from "./code";
import type { BranchType, EnvironmentTypeName, RestrictionKind, Scope } from "./contract";
import {
  type BuildStatus,
  type DeployKey,
  type Hook,
  type Report,
  type Schedule,
  type Variable,
} from "./records";

export interface State {
  /** Of this shape; a file of another version is refused. */
  readonly version: 2;
  readonly workspace: Workspace;
  readonly accounts: Account[];
  groups: Group[];
  readonly projects: Project[];
  readonly repositories: Repository[];
  /** Repositories that were transferred to other workspaces: their addresses lead there. */
  transferred?: readonly Transferred[];
  /** Variables of the workspace. */
  variables: Variable[];
  /** Webhooks of the workspace. */
  hooks?: Hook[];
  /** Tokens of the workspace, a project or a repository; they belong to no account. Default: none. */
  readonly accessTokens?: readonly AccessToken[];
  /** The last id given to a branch restriction; they count through the whole of Bitbucket. */
  lastRestriction: number;
  /** Private key (JWK) that signs the tokens of steps; made when the first one is needed. */
  signingKey?: Readonly<Record<string, unknown>>;
  /** Keys that signed before, still published. */
  formerKeys?: readonly Readonly<Record<string, unknown>>[];
  /** Whether a step has had a token. */
  usedOidc?: boolean;
}

export type Plan = "free" | "standard" | "premium";

interface Workspace {
  readonly uuid: string;
  slug: string;
  readonly name: string;
  readonly plan: Plan;
  /** UUID of the account that owns it, which takes no permission of its own. */
  readonly owner?: string;
  /** Taken for spam: nobody reads its list of repositories any more. */
  readonly spam?: true;
  /** The organisation that it belongs to. Default: none. */
  organization?: Organization;
  readonly createdOn: string;
}

/** An Atlassian organisation, as far as a workspace depends on it. */
export interface Organization {
  readonly id: string;
  /** Id of the directory that its people and groups are in. */
  readonly directory: string;
  /** SHA-256 of its API key, hexadecimal. */
  readonly keyHash: string;
  /** Of the key. Default: it was made without scopes, and may do everything. */
  readonly keyScopes?: readonly string[];
  /** Whether it administers the people and groups of the workspace, or the workspace is linked to it and no more. */
  readonly migrated: boolean;
  /** Its groups that the workspace does not show. */
  groups: OrganizationGroup[];
}

export interface OrganizationGroup extends Group {
  /** Milliseconds since 1970 from which on a search finds it. Default: always. */
  readonly due?: number;
  /** Milliseconds since 1970 from which on the workspace shows it. Default: never, it lacks the app. */
  appDue?: number;
}

export interface Account {
  readonly uuid: string;
  readonly accountId: string;
  readonly name: string;
  /** Never shown, except to an administrator who asked for exactly this address. */
  email: string;
  readonly kind: "person" | "bot";
  /** Whether the workspace counts it among its members. */
  member: boolean;
  /** Has an invitation that waits: no member, but counted by the plan. */
  invited?: true;
  tokens: readonly Token[];
  /** By the organisation that manages it: nothing of it works any more. */
  disabled?: true;
  /** Whether no organisation manages it: its address is of no domain that one has verified. */
  readonly unmanaged?: true;
  /** Provisioned by an identity provider (SCIM), which alone enables and disables it. */
  readonly provisioned?: true;
  /** In the organisation's directory: it has no app any more. */
  suspended?: true;
}

export interface Token {
  /** SHA-256 of the token, hexadecimal: the token itself is never kept. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
}

/**
 * A credential that is no person's. It can do what its scopes say in the place that it was made for, but it
 * cannot see or change permissions, and no restriction spares it
 * (https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/).
 */
export interface AccessToken extends Token {
  /** Stands for it where an account would stand. */
  readonly uuid: string;
  readonly name: string;
  /** Where it counts; neither: in the whole workspace. */
  project?: string;
  repository?: string;
}

/** The group whose members administer the workspace, and so everything in it. */
export const administrators = "administrators";

export interface Group {
  readonly slug: string;
  name: string;
  /** UUIDs of accounts. */
  members: string[];
  /** What an organisation calls it; derived from the slug if it is absent. */
  readonly id?: string;
  /** An identity provider keeps it (SCIM): nobody else changes its members. */
  readonly externalSynced?: boolean;
  /** What it is given by itself on each new repository. Default: nothing. */
  readonly onNewRepositories?: RepositoryPermission;
  /** Members that come and go, each from a moment on (milliseconds since 1970). */
  changes?: readonly { readonly due: number; readonly account: string; readonly add: boolean }[];
}

export type RepositoryPermission = "read" | "write" | "admin";
export type ProjectPermission = "read" | "write" | "create-repo" | "admin";

/** Explicit permissions, in the order they were given. */
export interface Grants<Permission> {
  groups: Grant<Permission>[];
  users: Grant<Permission>[];
}
interface Grant<Permission> {
  /** Slug of a group or UUID of an account. */
  readonly holder: string;
  readonly permission: Permission;
}

export interface Project {
  readonly uuid: string;
  key: string;
  name: string;
  readonly createdOn: string;
  readonly grants: Grants<ProjectPermission>;
}

export interface Repository {
  readonly uuid: string;
  slug: string;
  /** Slugs that it had before: their addresses lead to it. */
  formerly?: readonly string[];
  name: string;
  /** Key of its project. */
  project: string;
  /** Slug of the repository that it was forked from. */
  forkOf?: string;
  readonly createdOn: string;
  readonly mainBranch: string;
  readonly grants: Grants<RepositoryPermission>;
  restrictions: Restriction[];
  environments: Environment[];
  variables: Variable[];
  /** What its branches begin with, each as one commit. */
  readonly initial: readonly Initial[];
  /** Of its bare repository, which is made when it is needed; undefined: it is never needed. */
  folder?: string;
  readonly pullRequests: PullRequest[];
  pipelinesEnabled: boolean;
  schedules?: Schedule[];
  hooks?: Hook[];
  deployKeys?: DeployKey[];
  statuses?: readonly BuildStatus[];
  reports?: readonly Report[];
  readonly pipelines: Pipeline[];
}

export interface Initial {
  readonly branch: string;
  /** As `Ana <ana@acme.example>`. */
  readonly author: string;
  readonly date: string;
  /** Texts by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

interface Transferred {
  readonly uuid: string;
  readonly slugs: readonly string[];
  /** Slug of the workspace that has it. */
  readonly workspace: string;
}

export interface Restriction {
  readonly id: number;
  readonly kind: RestrictionKind;
  readonly match: Match;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly value?: number;
}
export type Match =
  | { readonly kind: "glob"; readonly pattern: string }
  | { readonly kind: "branching_model"; readonly type: BranchType };

export interface Environment {
  readonly uuid: string;
  name: string;
  readonly type: EnvironmentTypeName;
  adminOnly: boolean;
  readonly createdOn: string;
  variables: Variable[];
  /** Accepted, and not carried out yet. */
  changes?: EnvironmentChange[];
}

interface EnvironmentChange {
  /** Milliseconds since 1970. */
  readonly due: number;
  readonly name?: string;
  readonly adminOnly?: boolean;
}
