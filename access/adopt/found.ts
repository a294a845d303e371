/**
 * What a look at a workspace and a realm yields: what stands in both systems, in their own words, whoever made it. Plain
 * data that can be kept as JSON. No secret is in it: of a variable there is the name, of a client what it is called.
 */
import type { RestrictionKind } from "../mergeRules";
import type { Permission } from "../vocabulary";
import type { FoundRealm } from "./foundRealm";

export type { FoundRealmGroup, FoundUser } from "./foundRealm";

export interface Found {
  /** When the look was begun, ISO 8601. */
  readonly at: string;
  readonly workspace: FoundWorkspace;
  readonly realm: FoundRealm;
  /** What could not be read, and why, a line each. */
  readonly unread: readonly string[];
}

export interface FoundWorkspace {
  readonly slug: string;
  /** With braces. */
  readonly uuid: string;
  readonly name: string;
  readonly groups: readonly FoundGroup[];
  /** Everybody who is a member, holds something, or is named by something. */
  readonly accounts: readonly FoundAccount[];
  readonly projects: readonly FoundProject[];
  readonly repositories: readonly FoundRepository[];
  /** Of the workspace, for all pipelines. Undefined: not read. */
  readonly variables?: readonly FoundVariable[];
  /** What its webhooks are described as, or their UUIDs. Undefined: not read. */
  readonly hooks?: readonly string[];
}

export interface FoundGroup {
  readonly slug: string;
  readonly name: string;
  /** UUIDs of accounts. */
  readonly members: readonly string[];
  /** What it is given on each new repository of the workspace. Undefined: nothing. */
  readonly onNewRepositories?: Permission;
  /** Whether an identity provider keeps it, so that nobody else changes its members. Undefined: not known. */
  readonly externalSynced?: boolean;
}

export interface FoundAccount {
  /** With braces. */
  readonly uuid: string;
  /** What it is shown as. Example: `Ana Alvarez`. */
  readonly name: string;
  readonly nickname?: string;
  /** Where Bitbucket, or the organisation, says it. */
  readonly email?: string;
  /** Undefined: no member of the workspace, though something names it. */
  readonly membership?: "owner" | "collaborator" | "member";
  /** Atlassian's own id. */
  readonly accountId?: string;
  /** Whether it is a program's. Default: a person's. */
  readonly isBot?: boolean;
}

export interface FoundProject {
  /** With braces. */
  readonly uuid: string;
  readonly key: string;
  readonly name: string;
  readonly holders: readonly FoundHolder<Permission | "create-repo">[];
  /** What could not be read of it, so that an empty list says nothing. Default: nothing. */
  readonly unread?: readonly "holders"[];
  /** What Bitbucket says that people can do in the end. Undefined: not asked. */
  readonly effective?: readonly FoundRight[];
}

export interface FoundRepository {
  /** With braces. */
  readonly uuid: string;
  readonly slug: string;
  /** Key of its project. */
  readonly project: string;
  readonly mainBranch?: string;
  /** Only what is held on the repository itself. */
  readonly holders: readonly FoundHolder<Permission>[];
  readonly restrictions: readonly FoundRestriction[];
  readonly environments: readonly FoundEnvironment[];
  /** Parts that could not be read, so that an empty list says nothing. Default: none. */
  readonly unread?: readonly RepositoryPart[];
  /** SSH keys that read it, whoever has them. Undefined: not asked, or not to be read. */
  readonly deployKeys?: readonly { readonly id: number; readonly label: string }[];
  /** Whether pipelines run. Undefined: not asked, not to be read, or they never ran. */
  readonly pipelinesEnabled?: boolean;
  /** Of the repository, for all its pipelines. Undefined: not asked, or not to be read. */
  readonly variables?: readonly FoundVariable[];
  /** What Bitbucket says that people can do in the end. Undefined: not asked. */
  readonly effective?: readonly FoundRight[];
}

export type RepositoryPart = "holders" | "restrictions" | "environments" | "variables";

/** Exactly one of group and user. */
export interface FoundHolder<P extends string> {
  /** By slug. */
  readonly group?: string;
  /** By UUID. */
  readonly user?: string;
  readonly permission: P;
}

/** Bitbucket's own answer for one account. */
export interface FoundRight {
  /** UUID of the account. */
  readonly user: string;
  readonly permission: Permission | "create-repo";
}

/** Exactly one of pattern and branch type. */
export interface FoundRestriction {
  /** Bitbucket's number of it. */
  readonly id: number;
  /** Also one that this program has no word for. */
  readonly kind: RestrictionKind | (string & {});
  readonly pattern?: string;
  /** Of the branching model. */
  readonly branchType?: string;
  /** UUIDs of accounts. */
  readonly users: readonly string[];
  /** Slugs. */
  readonly groups: readonly string[];
  readonly value?: number;
}

export interface FoundEnvironment {
  /** With braces. */
  readonly uuid: string;
  readonly name: string;
  readonly type: "Test" | "Staging" | "Production";
  readonly adminOnly: boolean;
  readonly variables: readonly FoundVariable[];
}

export interface FoundVariable {
  /** With braces. */
  readonly uuid: string;
  readonly key: string;
  readonly secured: boolean;
}
