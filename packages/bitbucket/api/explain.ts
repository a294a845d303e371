/**
 * Bitbucket's errors say little: 404 for what one may not see, 403 for a missing scope, 405 for a workspace that
 * moved. Here each becomes a sentence: what was tried, what Bitbucket said, the likely cause, the fix.
 *
 * The message may quote what was sent, so it is left out wherever it holds a secret.
 */
import { withheld } from "@bitbucket-keycloak/http";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { causeOf, member } from "./causes";
import type { Method } from "./contract";
import { familyOf } from "./families";
import { isOrganizations } from "./organization-families";
import { type At } from "./family";

export interface Attempt {
  readonly method: Method;
  /** Whether it reads although its method does not say so: a search. Default: by the method. */
  readonly reads?: boolean;
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
    /** Where a repository is now that was asked for at an old address: `acme/new-name`. */
    readonly movedTo?: string,
    /** All scopes of the token, where the refusal for want of one names them. */
    readonly granted?: readonly string[],
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
export function triedTo({ method, reads, path, at }: Attempt): string {
  return `cannot ${reads ? "read" : verbs[method]} ${familyOf(path)?.(at) ?? path}`;
}

/**
 * The error for an answer that is none of success.
 *
 * @param secrets what must not be shown: the token, the values of variables
 */
export function explain(
  attempt: Attempt,
  status: number,
  body: unknown,
  secrets: readonly string[],
  movedTo?: string,
): string {
  const said = withheld(messageOf(body), secrets);
  const cause = movedTo === undefined ? causeOf(attempt, status, body) : movedCause(movedTo);
  return `${triedTo(attempt)}: ${isOrganizations(attempt.path) ? "the organisation" : "bitbucket"} answered ${status}${said === "" ? "" : ` (${said})`}; ${withheld(cause, secrets)}`;
}

/** Of an answer's `Location`, the repository that it leads to; undefined where it leads to none. */
export function repositoryAt(location: string): string | undefined {
  const [, repository] = /\/2\.0\/repositories\/([\w.-]+\/[\w.-]+)(?:[/?]|$)/.exec(location) ?? [];
  return repository;
}

function movedCause(repository: string): string {
  return `the repository was renamed or moved, and is ${repository} now; write that name where it is declared`;
}

function messageOf(body: unknown): string {
  if (typeof body === "string") return body.slice(0, 200).trim();
  const message = member(member(body, "error"), "message");
  return typeof message === "string" ? message.trim().replace(/\.$/, "") : "";
}
