/** How somebody signs in to Keycloak. */
import { malformed } from "@bitbucket-keycloak/http";

/** A client of its own (real realms), or a user (a laptop). */
export type KeycloakCredentials =
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly clientId: string; readonly username: string; readonly password: string };

/** What an environment says. */
export interface SignIn {
  readonly credentials: KeycloakCredentials;
  /** The realm that they are of. */
  readonly realm: string;
}

/** What to check where they are refused. */
export const credentialNames =
  "KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET, or KEYCLOAK_USER and KEYCLOAK_PASSWORD";

/**
 * The credentials of the environment: the variables that `@pulumi/keycloak` reads, too. It reads them as they are, so
 * what is wrong with one is refused here and not mended.
 *
 * @returns or what is wrong with them: they are missing, or hold more than a credential
 */
export function signInOf(env: NodeJS.ProcessEnv): SignIn | { readonly problem: string } {
  const { KEYCLOAK_CLIENT_ID, KEYCLOAK_CLIENT_SECRET, KEYCLOAK_USER, KEYCLOAK_PASSWORD, KEYCLOAK_REALM } =
    env;
  const problem = malformed({
    KEYCLOAK_CLIENT_ID,
    KEYCLOAK_CLIENT_SECRET,
    KEYCLOAK_USER,
    KEYCLOAK_PASSWORD,
    KEYCLOAK_REALM,
  });
  if (problem !== undefined) return { problem };
  const realm = KEYCLOAK_REALM || "master";
  if (KEYCLOAK_USER && KEYCLOAK_PASSWORD) {
    const clientId = KEYCLOAK_CLIENT_ID ?? "admin-cli";
    return { credentials: { clientId, username: KEYCLOAK_USER, password: KEYCLOAK_PASSWORD }, realm };
  }
  if (KEYCLOAK_CLIENT_ID && KEYCLOAK_CLIENT_SECRET)
    return { credentials: { clientId: KEYCLOAK_CLIENT_ID, clientSecret: KEYCLOAK_CLIENT_SECRET }, realm };
  return {
    problem:
      "no credentials for Keycloak: set KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET (a service account of the master realm), or KEYCLOAK_USER and KEYCLOAK_PASSWORD",
  };
}
