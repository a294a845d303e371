/**
 * Bitbucket's errors say little: 404 for what one may not see, 403 for a missing scope, 405 for a workspace that
 * moved. Here each becomes a sentence: what was tried, what Bitbucket said, the likely cause, the fix.
 *
 * The message may quote what was sent, so it is left out wherever it holds a secret.
 */
import { withheld } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Method } from "./contract";
import { familyOf } from "./families";
import { isOrganizations } from "./organization-families";
import { type At } from "./family";

export interface Attempt {
  readonly method: Method;
  /** Path with its parameters as names: `/1.0/groups/{workspace}`. */
  readonly path: string;
  readonly at: At;
}

/** A request that failed, or whose effect is not known. */
export class BitbucketError extends Problem {
  override readonly name = "BitbucketError";
  constructor(
    message: string,
    /** Undefined: there was no answer. */
    readonly status: number | undefined,
    /** The request may have taken effect nevertheless. */
    readonly uncertain: boolean,
  ) {
    super(message);
  }
}

/** Whether the thing asked for is not there (or not visible, which Bitbucket does not tell apart). */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof BitbucketError && thrown.status === 404;
}

const verbs: Readonly<Record<Method, string>> = {
  get: "read",
  put: "write",
  post: "write",
  delete: "delete",
};

/** What was tried, for the beginning of an error: `cannot read the groups of workspace acme`. */
export function triedTo({ method, path, at }: Attempt): string {
  const family = familyOf(path);
  return `cannot ${verbs[method]} ${family?.what(at) ?? path}`;
}

/**
 * The error for an answer that is none of success.
 *
 * @param secrets what must not be shown: the token, the values of variables
 */
export function explain(attempt: Attempt, status: number, body: unknown, secrets: readonly string[]): string {
  const said = withheld(messageOf(body), secrets);
  return `${triedTo(attempt)}: ${isOrganizations(attempt.path) ? "the organisation" : "bitbucket"} answered ${status}${said === "" ? "" : ` (${said})`}; ${cause(attempt, status, body)}`;
}

function cause(attempt: Attempt, status: number, body: unknown): string {
  return (
    (isOrganizations(attempt.path) ? organizationCause(attempt, status, body) : undefined) ??
    commonCause(attempt, status, body)
  );
}

/** What means something else where an organisation is asked. */
function organizationCause(attempt: Attempt, status: number, body: unknown): string | undefined {
  if (status === 401)
    return "the API key of the organisation is wrong, or it has expired or was revoked; make a new one at https://admin.atlassian.com (Organization settings, API keys) and set BITBUCKET_ORGANIZATION_API_KEY";
  if (status === 403)
    return `the API key lacks the scope ${scopes(attempt, body)}, or the group comes from an identity provider; make a key with the scope, or make the change where the group comes from`;
  if (status === 404)
    return "it is not there; check that BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_DIRECTORY are those of the organisation that the workspace belongs to, and that the key is of the same organisation";
  return undefined;
}

function commonCause(attempt: Attempt, status: number, body: unknown): string {
  switch (status) {
    case 400:
      return "it takes the request for wrong; correct what it names";
    case 401:
      return "the e-mail or the API token is wrong, or the token has expired or was revoked; make a new one at https://id.atlassian.com/manage-profile/security/api-tokens and set BITBUCKET_EMAIL and BITBUCKET_API_TOKEN";
    case 402:
      return "the plan of the workspace does not include this (restricted environments and enforced merge checks need Premium; every plan limits the number of users); change the plan, or take the setting out";
    case 403:
      return `the API token lacks the scope ${scopes(attempt, body)}, or its account does not administer this; add the scope to a new token, or make the account an administrator`;
    case 404:
      return "it is not there, or this account may not see it; check the names and that the account has access";
    case 405:
      return attempt.path.startsWith("/1.0/groups")
        ? "the groups of this workspace are administered at admin.atlassian.com, where this API cannot write; set BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY to have it done there"
        : "this API does not allow it";
    case 409:
      return "something of this name is there already; import it, or remove it";
    case 410:
      return "Atlassian has removed this part of the API; look for a newer version of this provider";
    case 429:
      return "it asks too much at once or in this hour (1,000 requests an hour for each user); run it again later";
    default:
      return status >= 500
        ? "the trouble is on Bitbucket's side; run it again later"
        : "nothing more is known";
  }
}

function scopes({ method, path }: Attempt, body: unknown): string {
  const required = requiredBy(body);
  if (required.length > 0) return required.join(", ");
  const family = familyOf(path);
  if (family === undefined) return "that this request needs";
  const scope =
    method === "get" ? family.read : method === "delete" ? (family.delete ?? family.write) : family.write;
  return `${scope}:${isOrganizations(path) ? "admin" : "bitbucket"}`;
}

/** Bitbucket often says itself which scopes were required. */
function requiredBy(body: unknown): string[] {
  const detail = member(member(body, "error"), "detail");
  const required = member(detail, "required");
  return Array.isArray(required) ? required.filter((scope) => typeof scope === "string") : [];
}

function messageOf(body: unknown): string {
  if (typeof body === "string") return body.slice(0, 200).trim();
  const message = member(member(body, "error"), "message");
  return typeof message === "string" ? message.trim().replace(/\.$/, "") : "";
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
