/** What a realm is made of, as far as `verify` looks, and how a test finds its way in it. */
import type { KeyObject } from "node:crypto";
import type { RsaKey } from "./certificate";

export interface Person {
  readonly id: string;
  username: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  enabled: boolean;
  password: string;
  readonly groups: string[];
  requiredActions?: string[];
  /** Wrong passwords since the last right one. */
  guesses: number;
}

export interface Group {
  readonly id: string;
  name: string;
  roles: string[];
  subGroups: Group[];
}

export interface Mapper {
  readonly claim: string;
  /** A property of the person, their groups (or their paths), or else the text itself. */
  readonly says: string;
}

export interface Client {
  readonly id: string;
  readonly clientId: string;
  secret: string;
  enabled: boolean;
  publicClient: boolean;
  bearerOnly: boolean;
  serviceAccountsEnabled: boolean;
  standardFlowEnabled: boolean;
  implicitFlowEnabled: boolean;
  directAccessGrantsEnabled: boolean;
  consentRequired: boolean;
  fullScopeAllowed: boolean;
  clientAuthenticatorType: string;
  redirectUris: string[];
  attributes: Record<string, string>;
  defaultClientScopes: string[];
  optionalClientScopes: string[];
  mappers: Mapper[];
  /** Roles that may come into its tokens, of those that their holder has. */
  mayShow: string[];
  /** Roles of its service account. */
  holds: string[];
}

/** What no setting decides: a Keycloak, or something in front of it, that does not do as it should. */
interface Faults {
  /** What the login page answers instead, and the metadata of SAML. */
  pages?: number;
  metadata?: number;
  /** The page that follows the right password, in place of being let in. */
  afterPassword?: string;
  /** Whoever is asked for their profile may call themselves what they like. */
  formTakesAnything?: boolean;
  /** The status of whatever the admin API refuses. */
  refusesWith?: number;
  servicesGetNoToken?: boolean;
  tokensAreForever?: boolean;
  tokensOutliveSignOut?: boolean;
  tokensOutliveRevocation?: boolean;
  tokensOutlivePerson?: boolean;
  passwordOutlivesPerson?: boolean;
  sessionOutlivesReuse?: boolean;
  refreshTokenStays?: boolean;
  refreshes?: "refused";
  secretIsNotAsked?: boolean;
  assertionIsNotAsked?: boolean;
  exchangeActsFor?: string;
  exchangeTakesAnyScope?: boolean;
  serviceAccountsRefresh?: boolean;
  /** Another key than the published one signs access tokens, or ID tokens. */
  strangeKeySigns?: "access" | "id";
}

/** How the realm signs people in by SAML. */
interface Saml {
  entityId: string;
  signInUrl: string;
  keys: SamlKey[];
  /** What an assertion holds; of attributes, the property of the person by name. */
  says: {
    nameId: "email" | "username";
    nameIdFormat: string;
    attributes: Record<string, string>;
    isSigned: boolean;
  };
}

export interface SamlKey extends RsaKey {
  status: "ACTIVE" | "PASSIVE";
  providerPriority: number;
  isPublished: boolean;
}

export interface Realm {
  readonly address: string;
  /** What it calls itself. */
  issuer: string;
  tokenEndpoint: string;
  codeChallengeMethods: string[];
  registrationAllowed: boolean;
  duplicateEmailsAllowed: boolean;
  passwordLength: number;
  bruteForceProtected: boolean;
  revokeRefreshToken: boolean;
  accessTokenLifespan: number;
  ssoSessionIdleTimeout: number;
  ssoSessionMaxLifespan: number;
  eventsEnabled: boolean;
  adminEventsEnabled: boolean;
  eventsExpiration: number;
  enabledEventTypes: string[];
  profile: {
    attributes: { name: string; permissions?: { view: string[]; edit: string[] } }[];
    unmanagedAttributePolicy?: string;
  };
  /** What each client says besides its own mappers. */
  sharedMappers: Mapper[];
  readonly keys: { readonly published: KeyObject; readonly strange: KeyObject; leaked: boolean };
  /** Roles that each client scope brings. */
  readonly scopes: Map<string, string[]>;
  readonly composites: Record<string, string[]>;
  groups: Group[];
  readonly people: Person[];
  clients: Client[];
  readonly saml: Saml;
  readonly faults: Faults;
}

/** The client of this id; a test that names another is mistaken. */
export function clientOf(realm: Realm, clientId: string): Client {
  const found = realm.clients.find((one) => one.clientId === clientId);
  if (found === undefined) throw new Error(`the realm has no client ${clientId}`);
  return found;
}

/** All groups with the names above them, parents first. */
export function groupsOf(realm: Realm): { group: Group; path: string; way: readonly Group[] }[] {
  const below = (groups: readonly Group[], above: readonly Group[]): ReturnType<typeof groupsOf> =>
    groups.flatMap((group) => {
      const way = [...above, group];
      const path = `/${way.map(({ name }) => name).join("/")}`;
      return [{ group, path, way }, ...below(group.subGroups, way)];
    });
  return below(realm.groups, []);
}
