/** What was gathered of one stack, before anybody says what it means. No secret is among it. */
import type { Model, Settings } from "../../access";
import type { Administration, KeyKind } from "../../clients/look/groups";
import type { KeycloakRoles } from "../../clients/look/keycloak";
import type { Refused } from "../../clients/look/look";
import type { TokenAccount } from "../../clients/look/token";
import type { Spent } from "../requests";
import type { Asked } from "./asked";

export interface Facts {
  readonly stack: string;
  /** The moment that everything is evaluated at. */
  readonly asOf: Date;
  readonly machine: MachineFacts;
  readonly files: FileFacts;
  readonly state: StateFacts;
  readonly keycloak: KeycloakFacts;
  /** Whether any pipeline of the stack signs in by Keycloak's extension. */
  readonly isKeyless: Asked<boolean>;
  readonly bitbucket: BitbucketFacts;
  readonly hour: Spent;
}

export interface MachineFacts {
  /** What no request can go by. */
  readonly networkProblems: readonly string[];
  /** Of the stack's servers: the proxy that requests take there, in words. */
  readonly proxies: readonly string[];
  /** The file of a certificate authority. */
  readonly authority: string | undefined;
  /** Where the Pulumi CLI is. */
  readonly cli: Asked<{ readonly program: string; readonly isBuilt: boolean }>;
  /** Names and versions; of the official CLI those that it has fetched already. */
  readonly plugins: Asked<readonly string[]>;
}

interface FileFacts {
  /** Undefined: the stack file cannot be read, as `problems` says. */
  readonly settings: Settings | undefined;
  readonly model: Model | undefined;
  /** A line each. */
  readonly problems: readonly string[];
}

export interface StateFacts {
  /** The backend that somebody is logged in to. */
  readonly login: Asked<string>;
  /** Whether the stack was ever brought up. */
  readonly stack: Asked<{ readonly isBroughtUp: boolean }>;
  /** What encrypts its secrets; `isProven`: some were decrypted. */
  readonly secrets: Asked<{ readonly provider: string; readonly isProven: boolean }>;
  /** Whether its addresses are those of the last run. Nothing secret is sent while they are not. */
  readonly addresses: Asked<{ readonly isFirstContact: boolean }>;
}

export interface KeycloakFacts {
  readonly url: string;
  readonly reached: Asked<true>;
  /** Who signs in. */
  readonly account: Asked<string>;
  /** Undefined: the account may not see it. */
  readonly version: Asked<string | undefined>;
  /** Undefined: the account may not see them. */
  readonly roles: Asked<KeycloakRoles | undefined>;
  /** Whether the server has the extension for pipelines without a secret. */
  readonly extension: Asked<boolean>;
  /** Whether the realm is there, and whether the stack made it. */
  readonly realm: Asked<{ readonly isThere: boolean; readonly isOwn: boolean }>;
  /** People whom the stack names, and who are not in the realm. Example: `team payments: member dora`. */
  readonly people: Asked<readonly string[]>;
}

export interface BitbucketFacts {
  readonly url: string;
  readonly reached: Asked<true>;
  readonly account: Asked<TokenAccount>;
  /** Undefined: no answer names them. */
  readonly scopes: Asked<readonly string[] | undefined>;
  readonly workspace: Asked<string>;
  readonly isAdministrator: Asked<boolean>;
  /** Undefined: nothing says so. */
  readonly administration: Asked<Administration | undefined>;
  readonly organization: Asked<OrganizationFacts>;
  /** Of the parts that were read. */
  readonly refused: { readonly [Part in keyof Refused]: Asked<readonly string[]> };
  /** What is declared that not every plan has, a line each. */
  readonly premium: readonly string[];
  /** Whether pipelines run in the runner. */
  readonly pipelines: Asked<boolean>;
  /** People who match no account, and why. */
  readonly unmatched: Asked<{ readonly asked: number; readonly people: readonly string[] }>;
}

/** What the environment has of an organisation. */
export interface OrganizationFacts {
  readonly isGiven: boolean;
  /** Its directories, by their ids; undefined: none was asked for. */
  readonly directories?: readonly string[];
  readonly directory?: string;
  /** Absent: the answer does not say. */
  readonly kind?: KeyKind;
}
