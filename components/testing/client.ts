/**
 * What a client in Keycloak can do, read from what it is declared with and from what Keycloak's provider takes where
 * nothing is declared: https://www.pulumi.com/registry/packages/keycloak/api-docs/openid/client/#inputs
 */
import type { Placed } from "./placed";

export interface Abilities {
  /** By which grants it gets tokens. */
  readonly grants: readonly string[];
  /** How it proves who it is. */
  readonly proof: "nothing" | "a secret" | "its key" | "a pipeline's token";
  /** Where people are sent back to. */
  readonly redirects: readonly string[];
  /** Whether a person signs in with PKCE (S256), and is asked for consent. */
  readonly pkce: boolean;
  readonly consent: boolean;
  /** Whether its tokens have every role of their holder, and not only those that it is for. */
  readonly everyRole: boolean;
  /** Whether it can renew what it got. */
  readonly refresh: boolean;
}

const proofs: Readonly<Record<string, Abilities["proof"]>> = {
  "client-secret": "a secret",
  "client-jwt": "its key",
  "federated-jwt": "a pipeline's token",
};

/** @param inputs of `keycloak:openid/client:Client` */
export function abilitiesOf({ inputs }: Pick<Placed, "inputs">): Abilities {
  const { accessType, clientAuthenticatorType = "client-secret" } = inputs;
  const off = accessType === "BEARER-ONLY" || inputs.enabled === false;
  const grants = {
    "authorization code": inputs.standardFlowEnabled === true,
    implicit: inputs.implicitFlowEnabled === true,
    password: inputs.directAccessGrantsEnabled === true,
    "client credentials": inputs.serviceAccountsEnabled === true,
    "device code": inputs.oauth2DeviceAuthorizationGrantEnabled === true,
    "token exchange": inputs.standardTokenExchangeEnabled === true,
  };
  return {
    grants: off ? [] : Object.entries(grants).flatMap(([grant, may]) => (may ? [grant] : [])),
    proof:
      accessType === "CONFIDENTIAL" ? (proofs[clientAuthenticatorType as string] ?? "nothing") : "nothing",
    redirects: (inputs.validRedirectUris as string[] | undefined) ?? [],
    pkce: inputs.pkceCodeChallengeMethod === "S256",
    consent: inputs.consentRequired === true,
    everyRole: inputs.fullScopeAllowed !== false,
    refresh: inputs.useRefreshTokens !== false,
  };
}

/** Seconds of `10h30m0s`, as Keycloak's provider writes lengths of time. */
export function secondsIn(length: unknown): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(length)) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
