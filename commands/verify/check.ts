/** What `verify` proves, one promise at a time. */
import type { Desired, Model, Settings, SignIn } from "../../access";
import type { KeycloakAdmin } from "../../clients/keycloak";
import type { Endpoints } from "./endpoints";
import type { ThrowAway } from "./throwAway";

export interface Check {
  /** Kebab case. */
  readonly name: string;
  /** What people may rely on while it holds. */
  readonly promise: string;
  /** What decides it: a setting of the stack file, an entry of `access.yaml`, or what the program always sets. */
  readonly setting: string;
  /** Whether it makes something in the realm, a person for one: left out by `--read-only`. */
  readonly writes: boolean;
  /** The only sign-in that it is about; left out: it holds for any. */
  readonly kind?: SignIn["kind"];
  readonly run: (context: Context) => Promise<Finding>;
}

export interface Finding {
  readonly ok: boolean;
  /** What was seen, in a few words. */
  readonly found: string;
}

/** What a check may ask. */
export interface Context {
  readonly model: Model;
  readonly settings: Settings;
  readonly desired: Desired;
  readonly keycloak: KeycloakAdmin;
  readonly endpoints: Endpoints;
  /** The client that Bitbucket signs people in with, as Keycloak has it. Of `saml` it has neither secret nor flow. */
  readonly client: SignInClient;
  /** What the stack said last of its sign-in (output `bitbucketSignIn`); undefined where nobody can tell. */
  readonly output: () => Promise<unknown>;
  readonly throwAway: ThrowAway;
  /** The team that throw-away people are put into: nested and with roles, if there is such a one. */
  readonly team: ProvenTeam;
  /** Slugs of the workspace's groups. */
  readonly bitbucketGroups: () => Promise<string[]>;
  /** Whether to sit out the life of a real token, however long. */
  readonly wait: boolean;
}

export interface ProvenTeam {
  /** What the admin API calls its group. */
  readonly id: string;
  readonly name: string;
  /** Its roles and those of the teams above it, sorted. */
  readonly roles: readonly string[];
}

export interface SignInClient {
  /** What the admin API calls it. */
  readonly id: string;
  readonly clientId: string;
  readonly secret: string;
  readonly redirectUri: string;
}

/** A client as the admin API shows it, as far as the checks look. */
export interface ClientShown {
  readonly id: string;
  readonly clientId: string;
  readonly enabled: boolean;
  readonly publicClient: boolean;
  readonly bearerOnly: boolean;
  readonly serviceAccountsEnabled: boolean;
  readonly standardFlowEnabled: boolean;
  readonly implicitFlowEnabled: boolean;
  readonly directAccessGrantsEnabled: boolean;
  readonly consentRequired: boolean;
  readonly fullScopeAllowed: boolean;
  readonly clientAuthenticatorType: string;
  readonly redirectUris: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** The rotation that made its secret: of two that take turns, the newest is in use. */
export function rotationOf({ attributes }: Pick<ClientShown, "attributes">): number {
  return Number.parseInt(attributes["rotation.number"] ?? "0", 10);
}

/** Holds if nothing is wrong: says what is, else what was seen. */
export function unless(problems: readonly string[], seen: string): Finding {
  return problems.length === 0 ? { ok: true, found: seen } : { ok: false, found: problems.join("; ") };
}

/** Somebody of the proven team. */
export function member({ throwAway, team }: Context) {
  return throwAway.member(team.id);
}
