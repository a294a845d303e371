/**
 * Who asks, and whether the token allows it: Basic authentication with the e-mail of an Atlassian account and
 * an API token (https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/), or an access token as
 * bearer, which stands for nobody (https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/).
 */
import { type Scope } from "./contract";
import { type Account, type State, type Token } from "./entities";
import { ApiError } from "./errors";
import { tokenHash } from "./identifiers";

/** Stands for the caller of an endpoint that asks for no credential; it is no member and may do nothing. */
export const nobody: Account = {
  uuid: "{00000000-0000-0000-0000-000000000000}",
  accountId: "",
  name: "nobody",
  email: "",
  kind: "person",
  member: false,
  tokens: [],
};

/** Who a request comes from. */
export interface Caller {
  readonly account: Account;
  /** Whether it is an access token, which stands for no person. */
  readonly accessToken: boolean;
  readonly token: Token;
}

/**
 * The caller that an `Authorization` header proves.
 *
 * @throws ApiError 401 if it proves none
 */
export function identify(state: State, header: string | undefined): Caller {
  const [, bearer] = /^Bearer (\S+)$/i.exec(header ?? "") ?? [];
  const caller = bearer === undefined ? byAccount(state, header) : byAccessToken(state, bearer);
  if (caller) return caller;
  throw new ApiError(401, "Token is invalid, expired, or not supported for this endpoint.");
}

/** What stands for the user's name where the secret is an API token. */
const anyUser = "x-bitbucket-api-token-auth";
/** The same for an access token. */
const anyAccessToken = "x-token-auth";

/**
 * The caller that Git proves, which may leave the user's name out
 * (https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/).
 *
 * @throws ApiError 401 if it proves none
 */
export function identifyGit(state: State, header: string | undefined): Caller {
  const [user, secret = ""] = basicOf(header);
  if (user === anyAccessToken) return identify(state, `Bearer ${secret}`);
  if (user !== anyUser) return identify(state, header);
  const hash = tokenHash(secret);
  const account = state.accounts.find(({ tokens }) => tokens.some((each) => each.hash === hash));
  return identify(state, `Basic ${Buffer.from(`${account?.email ?? ""}:${secret}`).toString("base64")}`);
}

/** @throws ApiError 403 if the caller's token lacks a scope */
export function checkScopes({ token }: Caller, required: readonly Scope[]): void {
  if (required.every((scope) => token.scopes.includes(scope))) return;
  throw new ApiError(403, "Your credentials lack one or more required privilege scopes.", {
    required,
    granted: token.scopes,
  });
}

/** @throws ApiError 401 unless the header holds the API key of the workspace's organisation */
export function identifyOrganization(state: State, header: string | undefined): Account {
  const [, key] = /^Bearer (\S+)$/i.exec(header ?? "") ?? [];
  if (key !== undefined && state.workspace.organization?.keyHash === tokenHash(key)) {
    return { ...nobody, email: "organization API key" };
  }
  throw new ApiError(401, "The API key of the organization is missing or wrong.");
}

/** @throws ApiError 403 if the organisation's key was made with scopes, and this is none of them */
export function checkOrganizationScope({ workspace: { organization } }: State, scope: string): void {
  if (organization?.keyScopes?.includes(scope) ?? true) return;
  throw new ApiError(403, `The API key lacks the scope ${scope}.`);
}

function byAccount(state: State, header: string | undefined): Caller | undefined {
  const [email, secret] = basicOf(header);
  const account = state.accounts.find((each) => each.email.toLowerCase() === email?.toLowerCase());
  const hash = tokenHash(secret ?? "");
  const token = account?.tokens.find((each) => each.hash === hash);
  return account && !account.disabled && token ? { account, token, accessToken: false } : undefined;
}

function basicOf(header: string | undefined): readonly [user?: string, secret?: string] {
  const [, encoded = ""] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "") ?? [];
  const [, user, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return [user, secret];
}

function byAccessToken(state: State, bearer: string): Caller | undefined {
  const hash = tokenHash(bearer);
  const token = (state.accessTokens ?? []).find((each) => each.hash === hash);
  if (token === undefined) return undefined;
  const account = { ...nobody, uuid: token.uuid, name: token.name, email: `access token ${token.name}` };
  return { account, token, accessToken: true };
}
