/**
 * The shapes of the domain: what `access.yaml` says (`Model`), what one stack file says (`Settings`), and what
 * both compile to (`Desired`). Plain data, no behaviour.
 */
import type { MergeRules } from "./mergeRules";
import type { ManualRotation, Rotation, SamlKeyNumbers } from "./settings/rotation";
import type { RealmSettings } from "./settings/realm";
import type { SignIn } from "./settings/signIn";
import type {
  Capability,
  EnvironmentName,
  EnvironmentType,
  ObservedOfKeycloak,
  ObservedOfPlace,
  ObservedOfTeam,
  OwnedOfRepository,
  Permission,
  PipelineCredential,
  Plan,
} from "./vocabulary";

/** A project key (`PAY`) or a repository in its project (`PAY/payments-api`). */
export type Target = string;

// ---- access.yaml ----------------------------------------------------------------------------------------

export interface Model {
  readonly company: string;
  /** Usernames of the people who own the realms and the workspace. */
  readonly owners: readonly string[];
  /** In the order of the file: the order in which a change passes through them. */
  readonly environments: readonly Environment[];
  readonly people: readonly Person[];
  /** Flat; the tree is in `parent`. Parents come before their children. */
  readonly teams: readonly Team[];
  readonly agents: readonly Agent[];
  readonly projects: readonly Project[];
  readonly repositories: readonly Repository[];
  readonly grants: readonly Grant[];
  readonly separations: readonly Separation[];
  readonly limits: Limits;
  /** The repositories that steer everything: that of `access.yaml`, the runner, the audit trail. */
  readonly control: readonly Target[];
  /** When people look whether all of this is still right. Undefined: nobody is reminded. */
  readonly review?: Review;
}

/** The periodic review of who may do what. */
export interface Review {
  /** The day of the last one, UTC, `YYYY-MM-DD`; before the first, the day from which the time counts. */
  readonly last: string;
  /** Days from one to the next. */
  readonly every: number;
}

/** What no change may do to the workspace by accident. */
export interface Limits {
  /** The least number of owners. */
  readonly owners: number;
  /** The largest share of all rights that one change may remove, above 0 and up to 1. */
  readonly removal: number;
}

export interface Environment {
  readonly name: EnvironmentName;
  readonly type: EnvironmentType;
  /** Only administrators of a repository may deploy (`admin_only`, Premium plan). */
  readonly restricted: boolean;
  /** The only teams, and those within them, that may deploy there by any path. Undefined: whoever is granted it. */
  readonly deployers?: readonly string[];
  /** The name of before, of one and the same environment. */
  readonly previously?: string;
}

export interface Person {
  /** User name in Keycloak. */
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** UUID of the Bitbucket account, with braces, where matching by e-mail will not do. */
  readonly account?: string;
  /** The user name of before, of one and the same person. */
  readonly previously?: string;
}

export interface Team {
  /** Name of the Keycloak group. */
  readonly name: string;
  readonly owner: string;
  readonly description: string;
  readonly parent?: string;
  /** Undefined: Keycloak (LDAP, HR) owns the membership. */
  readonly members?: readonly string[];
  /** The name of before, of one and the same team. */
  readonly previously?: string;
  /** Name or slug of the Bitbucket group, where that is called otherwise. Default: the name; `groupOf` knows the slug. */
  readonly group?: string;
  /** What is read and never written: who is in its Bitbucket group. Absent: nothing, never empty. */
  readonly observed?: readonly ObservedOfTeam[];
}

export interface Agent {
  readonly name: string;
  readonly owner: string;
  readonly description: string;
  /** UUID of its Bitbucket account, with braces. */
  readonly account: string;
  /** How long a token of its own in Keycloak lives, in seconds: 900 at most. */
  readonly tokenLife: number;
  /** Where its public keys are. Undefined: it has no client in Keycloak, and acts in Bitbucket alone. */
  readonly jwks?: string;
}

export interface Project {
  readonly key: string;
  readonly name: string;
  /** The team that answers for it. */
  readonly owner: string;
  /** Whether `repositories` of the model has all that are in it: the file says `"*"`. */
  readonly complete: boolean;
  /** The key of before, of one and the same project. */
  readonly previously?: string;
  /** What is read and never written, of it and of repositories that do not own it. Absent: nothing, never empty. Sorted. */
  readonly observed?: readonly ObservedOfPlace[];
}

export interface Repository {
  readonly slug: string;
  /** Key of its project. */
  readonly project: string;
  readonly deploys: readonly EnvironmentName[];
  /** Its own, or else its project's. */
  readonly branches: readonly ProtectedBranch[];
  /** How its pipelines sign in to Keycloak. Undefined: as the stack's setting says. */
  readonly credential?: PipelineCredential;
  /** The slug of before, of one and the same repository. */
  readonly previously?: string;
  /** What is read and never written, besides what its project says: `Tree.observedAt` knows both. Absent: nothing, never empty. Sorted. */
  readonly observed?: readonly ObservedOfPlace[];
  /** What is the program's alone: the variables of its environments, and what its project observes. Absent: nothing. Sorted. */
  readonly owned?: readonly OwnedOfRepository[];
}

export interface ProtectedBranch {
  /** Glob of branch names. */
  readonly pattern: string;
  readonly rules: MergeRules;
  /** Whether nobody merges before the rules are met. On plans below Premium they can only be shown. */
  readonly enforced: boolean;
}

export interface Grant {
  readonly subject: Subject;
  readonly can: readonly Capability[];
  readonly on: readonly Target[];
  /** Of the targets that are written as a pattern: the pattern. Absent if there are none. */
  readonly patterns?: Readonly<Record<Target, string>>;
  /** Last day of the grant, UTC, `YYYY-MM-DD`, or the moment that it ends at, `2026-12-31T17:00Z`. Default: it does not end. */
  readonly until?: string;
  readonly reason?: string;
}

/** Capabilities that nobody may hold together, by whatever path. */
export interface Separation {
  readonly sides: readonly Side[];
  /** Where sides without a place of their own are looked for: on one and the same repository. Undefined: anywhere. */
  readonly on?: readonly Target[];
  readonly reason?: string;
}

export interface Side {
  readonly can: Capability;
  /** Held on any repository of these. Undefined: held on the repository that the other sides are held on. */
  readonly on?: readonly Target[];
}

type SubjectKind = "team" | "person" | "agent";
export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
}

// ---- stacks/Pulumi.<stack>.yaml -------------------------------------------------------------------------

/** The settings of one environment. Durations are seconds once parsed. */
export interface Settings {
  /** The environment of `access.yaml` that this stack stands for. */
  readonly environment: EnvironmentName;
  readonly keycloak: {
    readonly url: string;
    readonly realm: string;
    /** Whether this stack creates the people of `access.yaml`, or finds them (LDAP, HR). */
    readonly people: "declared" | "external";
    /** What is read and never written: the realm, in which only what this program makes is. Absent: nothing, never empty. */
    readonly observed?: readonly ObservedOfKeycloak[];
  };
  readonly bitbucket: {
    readonly url: string;
    readonly workspace: string;
    /** Whether this stack owns what is not per environment: permissions, restrictions, groups. */
    readonly governing: boolean;
    readonly plan: Plan;
  };
  readonly signIn: SignIn;
  readonly lifetimes: {
    readonly accessToken: number;
    readonly sessionIdle: number;
    readonly session: number;
    readonly events: number;
  };
  readonly pipelines: {
    /** How pipelines sign in to Keycloak, unless their repository says otherwise. */
    readonly credential: PipelineCredential;
  };
  readonly rotation: Rotation;
  /** What was rotated by hand, by its name: `payments-api.dev`. */
  readonly rotations: Readonly<Record<string, ManualRotation>>;
  /** Undefined: the key that came with the realm signs SAML. */
  readonly samlKey?: SamlKeyNumbers;
  /** What an owned realm has besides; undefined: all of it stays as it is. */
  readonly realm?: RealmSettings;
  /** Whether the realm and what it holds refuse to be destroyed. */
  readonly protect: boolean;
  /** The moment that grants are evaluated at, ISO 8601; now if it is absent. */
  readonly asOf?: string;
}

// ---- what both compile to -------------------------------------------------------------------------------

/** What the two systems should hold for one environment. */
export interface Desired {
  readonly keycloak: DesiredKeycloak;
  readonly bitbucket: DesiredBitbucket;
}

export interface DesiredKeycloak {
  /** Roles `<verb>:<target>` of the Bitbucket client, sorted. */
  readonly roles: readonly string[];
  /** Parents before their children. */
  readonly groups: readonly DesiredGroup[];
  readonly people: readonly DesiredPerson[];
  /** Those with a client of their own, by name. */
  readonly agents: readonly DesiredAgent[];
  /**
   * Roles that hold others, so that a person's right on a project and an agent's on one of its repositories, or the other
   * way round, have the smaller of both in common. Only what agents need: tokens stay small.
   */
  readonly composites: Readonly<Record<string, readonly string[]>>;
}

/** An agent as Keycloak knows it. */
export interface DesiredAgent extends Pick<Agent, "name" | "owner" | "description" | "tokenLife"> {
  readonly jwks: string;
  /** The most that it may do, for whomever it acts. Sorted. */
  readonly roles: readonly string[];
}

export interface DesiredPerson extends Person {
  /** Roles granted to this person alone, apart from those of their teams. Sorted. */
  readonly roles: readonly string[];
}

export interface DesiredGroup extends Team {
  /** Roles granted to this team itself; Keycloak hands its parents' down. Sorted. */
  readonly roles: readonly string[];
}

export interface DesiredBitbucket {
  /** Undefined unless this stack governs the workspace. */
  readonly governed?: {
    readonly groups: readonly string[];
    readonly projects: readonly {
      readonly key: string;
      readonly previously?: string;
      /** What of it nothing is made for; its lists are empty then, and say nothing. */
      readonly observed?: Project["observed"];
      readonly holders: readonly Holder[];
    }[];
    readonly repositories: readonly {
      readonly slug: string;
      readonly previously?: string;
      readonly project: string;
      /** What of it nothing is made for, by itself or by its project. */
      readonly observed?: Project["observed"];
      readonly holders: readonly Holder[];
      readonly branches: readonly DesiredBranch[];
    }[];
  };
  /** The repositories that deploy to this stack's environment. */
  readonly deployments: readonly DesiredDeployment[];
}

/** Who holds a permission: a group by slug, or an account by UUID. Exactly one of both. */
export interface Holder {
  readonly group?: string;
  readonly user?: string;
  readonly permission: Permission;
}

export interface DesiredBranch extends ProtectedBranch {
  /** The only ones who may merge into it. Sorted. */
  readonly mergers: { readonly groups: readonly string[]; readonly users: readonly string[] };
}

export interface DesiredDeployment {
  readonly repository: string;
  readonly project: string;
  readonly environment: EnvironmentName;
  readonly type: EnvironmentType;
  readonly restricted: boolean;
  readonly credential: PipelineCredential;
  /** What of the repository is the program's alone. */
  readonly owned?: Repository["owned"];
  /** The client role that its tokens carry, and the only one. Example: `deploy:PAY/payments-api`. */
  readonly role: string;
  /** What its resources were called before, by other slugs of the repository or names of the environment. Example: `["web.qa"]`. */
  readonly formerNames?: readonly string[];
  /** The one that a keyless pipeline has to run on. Absent where the environment is restricted, or a secret signs in. */
  readonly branch?: string;
}

/** This subject has this capability on this target, and why. */
export interface Entitlement {
  readonly subject: Subject;
  readonly capability: Capability;
  /** A repository, `PROJECT/slug`. */
  readonly target: Target;
  /** `granted` by somebody, or `implied` by what Bitbucket makes of a grant. */
  readonly kind: "granted" | "implied";
  /** How it comes about, from the subject on: `payments → PAY → write`. */
  readonly path: readonly string[];
  readonly reason?: string;
  readonly until?: string;
}
