/**
 * The words of the access model and what each means in both systems.
 *
 * This is the one table: components, previews, evidence and policies read the meaning of a
 * capability from here, so that no two of them can disagree.
 */

/** What somebody may do, apart from deploying, which also says where. */
export const plainCapabilities = ["read", "trigger", "merge", "administer"] as const;
type PlainCapability = (typeof plainCapabilities)[number];
export type EnvironmentName = string;
export type Capability = PlainCapability | `deploy:${EnvironmentName}`;

/**
 * Repository permission on Bitbucket Cloud, weakest first. The highest of workspace, project and repository
 * wins (https://support.atlassian.com/bitbucket-cloud/docs/repository-privacy-permissions-and-forking/).
 */
export const permissions = ["read", "write", "admin"] as const;
export type Permission = (typeof permissions)[number];

/** Kind of deployment environment (https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-monitor-deployments/). */
export const environmentTypes = ["test", "staging", "production"] as const;
export type EnvironmentType = (typeof environmentTypes)[number];

/** What Bitbucket calls the types. */
export const environmentTypeNames = {
  test: "Test",
  staging: "Staging",
  production: "Production",
} as const satisfies Readonly<Record<EnvironmentType, string>>;

/** Bitbucket Cloud plan; `admin_only`, enforced merge checks and the like need `premium`. */
export const plans = ["free", "standard", "premium"] as const;
export type Plan = (typeof plans)[number];

/** How a pipeline signs in to Keycloak: see `credential.ts`. */
export const pipelineCredentials = ["keyless", "rotated", "both"] as const;
export type PipelineCredential = (typeof pipelineCredentials)[number];

/**
 * What may be observed, and is owned otherwise: made as it is declared. What is observed is read, evaluated and reported, and
 * never written: permissions or branches of a project (and of its repositories, unless they say otherwise) or of a repository, a
 * team's members, a realm.
 */
export const observable = {
  place: ["permissions", "branches"],
  team: ["members"],
  keycloak: ["realm"],
} as const;
export type ObservedOfPlace = (typeof observable.place)[number];
export type ObservedOfTeam = (typeof observable.team)[number];
export type ObservedOfKeycloak = (typeof observable.keycloak)[number];

/**
 * What of a repository is owned only where the file says so: the variables of its environments, and what its project observes
 * otherwise.
 */
export const ownable = ["variables", ...observable.place] as const;
export type OwnedOfRepository = (typeof ownable)[number];

/** What a capability means: the verb of its Keycloak client role, and what it needs in Bitbucket. */
export interface Meaning {
  /** First half of the client role `<verb>:<target>`. */
  readonly role: "read" | "trigger" | "merge" | "deploy" | "administer";
  /** Repository (or project) permission that the capability needs. */
  readonly permission: Permission;
  /** Whether its holders are listed in `restrict_merges` of each protected branch. */
  readonly merges: boolean;
  /** The environment it deploys to. */
  readonly environment?: EnvironmentName;
}

const plainMeaning: { readonly [C in PlainCapability]: Meaning } = {
  read: { role: "read", permission: "read", merges: false },
  trigger: { role: "trigger", permission: "write", merges: false },
  merge: { role: "merge", permission: "write", merges: true },
  administer: { role: "administer", permission: "admin", merges: false },
};

/**
 * The meaning of a capability.
 *
 * @param capability for example `merge` or `deploy:prod`
 * @param restricted whether an environment lets only administrators deploy (`admin_only`): Bitbucket has no
 *   finer gate, so a deployer of such an environment has to administer the repository
 */
export function meaningOf(
  capability: Capability,
  restricted: (environment: EnvironmentName) => boolean,
): Meaning {
  const environment = environmentOf(capability);
  if (environment === undefined) return plainMeaning[capability as PlainCapability];
  return {
    role: "deploy",
    permission: restricted(environment) ? "admin" : "write",
    merges: false,
    environment,
  };
}

/** The environment of a `deploy:<environment>` capability, or undefined. */
export function environmentOf(capability: Capability): EnvironmentName | undefined {
  return capability.startsWith("deploy:") ? capability.slice("deploy:".length) : undefined;
}

/** What a permission means, by the strongest capability that it gives by itself. */
export const capabilityOf = {
  read: "read",
  write: "trigger",
  admin: "administer",
} as const satisfies Readonly<Record<Permission, PlainCapability>>;

/** The stronger of two permissions. */
export function stronger(one: Permission, other: Permission): Permission {
  return permissions.indexOf(one) >= permissions.indexOf(other) ? one : other;
}
