/** What a look at a realm yields: what stands in it, in Keycloak's own words, whoever made it. No secret is in it. */

export interface FoundRealm {
  readonly realm: string;
  /** Keycloak's id of it, often the name. */
  readonly id: string;
  readonly displayName?: string;
  readonly users: readonly FoundUser[];
  readonly groups: readonly FoundRealmGroup[];
  readonly clients: readonly FoundClient[];
  /** Roles of the realm itself. */
  readonly roles: readonly FoundRole[];
  /** Aliases of identity providers. */
  readonly identityProviders: readonly string[];
  /** Names of directories (LDAP) that people come from. */
  readonly directories: readonly string[];
  /** Whether it sends mail. */
  readonly hasMailServer: boolean;
  /** Aliases of the sign-in flows that somebody made. */
  readonly flows?: readonly string[];
  /** By what they are for: `login`, `account`, `email`. */
  readonly themes?: Readonly<Record<string, string>>;
}

export interface FoundUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled: boolean;
  /** Whether a directory makes the account. */
  readonly fromDirectory: boolean;
  /** UUIDs of Bitbucket accounts that the account itself names. Default: none. */
  readonly accounts?: readonly string[];
  readonly mappings: readonly FoundMapping[];
}

export interface FoundRealmGroup {
  readonly id: string;
  readonly name: string;
  /** From the root, with a slash that is part of a name as `~/`. Example: `/engineering/payments`. */
  readonly path: string;
  /** Id of the group that it is directly within. */
  readonly parent?: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Ids of those who are directly in it. */
  readonly members: readonly string[];
  readonly mappings: readonly FoundMapping[];
}

/** A role that somebody is given directly. */
export interface FoundMapping {
  /** Id of the role. */
  readonly role: string;
  readonly name: string;
  /** Its client, by `clientId`. Undefined: a role of the realm. */
  readonly client?: string;
}

export interface FoundClient {
  readonly id: string;
  readonly clientId: string;
  readonly protocol: string;
  readonly enabled: boolean;
  /** Whether Keycloak makes it in every realm. */
  readonly isBuiltIn: boolean;
  readonly roles: readonly FoundRole[];
}

export interface FoundRole {
  readonly id: string;
  readonly name: string;
  /** Whether it holds others. */
  readonly composite: boolean;
}
