/**
 * Who the provider is to Bitbucket, and to the organisation that may own its groups. Tokens and keys come from the
 * environment of the plugin and from nowhere else: a provider's configuration lies in the state, and what lies there
 * is read by whoever may read a stack.
 */
import { malformed } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { providerScopes } from "./scopes";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly email: string;
  readonly token: string;
}

/** For groups that are administered at admin.atlassian.com. */
export interface OrganizationCredentials {
  readonly id: string;
  readonly key: string;
  /** Where the organisation has several; undefined: its only one. */
  readonly directory: string | undefined;
}

/** Where both come from; asked for at each request, so that a run without requests needs none. */
export interface Access {
  readonly bitbucket: () => Credentials;
  /** Access token of the workspace, which reads in its stead; undefined: there is none. */
  readonly reader?: () => string | undefined;
  readonly organization: () => OrganizationCredentials;
  /** Whether the latter is there to be asked for. */
  readonly hasOrganization: () => boolean;
}

/** What goes with a request. */
export interface Identity {
  /** Whose requests are counted together. */
  readonly account: string;
  /** The header. */
  readonly authorization: string;
  /** Whether it is an access token, whose hour is its own. */
  readonly scaled?: true;
  /** What must never be shown. */
  readonly secrets: readonly string[];
}

/** Reads the variables at each request. Asked for, both throw a Problem that names the variables which are not set. */
export function accessFrom(environment: Environment): Access {
  return {
    bitbucket: () => credentialsFrom(environment),
    reader: () => readerFrom(environment),
    organization: () => organizationFrom(environment),
    hasOrganization: () =>
      Boolean(environment.BITBUCKET_ORGANIZATION_ID && environment.BITBUCKET_ORGANIZATION_API_KEY),
  };
}

/** @throws Problem that names the variables that are not set, or hold more than a credential */
export function credentialsFrom(environment: Environment): Credentials {
  const { BITBUCKET_EMAIL: email = "", BITBUCKET_API_TOKEN: token = "" } = environment;
  refuseMalformed({ BITBUCKET_EMAIL: email, BITBUCKET_API_TOKEN: token });
  const missing = missingOf({ BITBUCKET_EMAIL: email, BITBUCKET_API_TOKEN: token });
  if (missing === "") return { email, token };
  throw new Problem(
    `the environment lacks ${missing}; set BITBUCKET_EMAIL to the e-mail of an Atlassian account that administers the workspace, and BITBUCKET_API_TOKEN to an API token of it with the scopes ${providerScopes().join(", ")} (https://id.atlassian.com/manage-profile/security/api-tokens)`,
  );
}

/** @throws Problem if it holds more than a credential */
function readerFrom({ BITBUCKET_ACCESS_TOKEN: token = "" }: Environment): string | undefined {
  refuseMalformed({ BITBUCKET_ACCESS_TOKEN: token });
  return token === "" ? undefined : token;
}

/** @throws Problem that names the variables that are not set, or hold more than a credential */
function organizationFrom(environment: Environment): OrganizationCredentials {
  const {
    BITBUCKET_ORGANIZATION_ID: id = "",
    BITBUCKET_ORGANIZATION_API_KEY: key = "",
    BITBUCKET_ORGANIZATION_DIRECTORY: directory = "",
  } = environment;
  refuseMalformed({
    BITBUCKET_ORGANIZATION_ID: id,
    BITBUCKET_ORGANIZATION_API_KEY: key,
    BITBUCKET_ORGANIZATION_DIRECTORY: directory,
  });
  const missing = missingOf({ BITBUCKET_ORGANIZATION_ID: id, BITBUCKET_ORGANIZATION_API_KEY: key });
  if (missing === "") return { id, key, directory: directory === "" ? undefined : directory };
  throw new Problem(
    `the groups of the workspace are administered at admin.atlassian.com, and the environment lacks ${missing}; set BITBUCKET_ORGANIZATION_ID to the organisation's id (it is in the address of admin.atlassian.com) and BITBUCKET_ORGANIZATION_API_KEY to an API key of it with the scopes read:directories:admin, read:groups:admin, write:groups:admin (Organization settings, API keys)`,
  );
}

/**
 * HTTP Basic by e-mail and API token (https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/). The
 * encoded pair counts as a secret, too.
 */
export function identityOf({ email, token }: Credentials): Identity {
  const basic = Buffer.from(`${email}:${token}`).toString("base64");
  return { account: email, authorization: `Basic ${basic}`, secrets: [token, basic] };
}

/** An access token as bearer (https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/). It stands for nobody. */
export function readerIdentityOf(token: string): Identity {
  return { account: "access token", authorization: `Bearer ${token}`, scaled: true, secrets: [token] };
}

/** A bearer token; requests are counted for the organisation. Example of an account: `organization 1234`. */
export function organizationIdentityOf({ id, key }: OrganizationCredentials): Identity {
  return { account: `organization ${id}`, authorization: `Bearer ${key}`, secrets: [key] };
}

/** @throws Problem that names the variables, and repeats no value */
export function refuseMalformed(variables: Environment): void {
  const found = malformed(variables);
  if (found !== undefined) throw new Problem(found);
}

function missingOf(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .filter((name) => values[name] === "")
    .join(" and ");
}
