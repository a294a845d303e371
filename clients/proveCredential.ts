/** Asks Keycloak for a token with a credential, as whoever holds it would. */
import { HttpError, send } from "@bitbucket-keycloak/http";

/** Five tries within a quarter of a minute, also where it is refused: a server of several may not know it yet. */
const patience = { attempts: 5, first: 1_000, longest: 8_000 };

/** What whoever holds a credential asks with it, first of all. */
const forms = {
  /** For a token of its own. */
  token: { grant_type: "client_credentials" },
  /** About a token: what a client may ask that gets none without a person. */
  "token/introspect": { token: "none" },
} as const;

/**
 * Asks Keycloak, as whoever holds the credential would: for a token, or, at the address for it, about one.
 *
 * @param credential `client_id:client_secret`
 * @param url the realm's `…/token`, or `…/token/introspect` for a client that only people get tokens by
 * @throws if Keycloak refuses it, or does not answer for a quarter of a minute; the credential is not shown
 */
export async function proveCredential(credential: string, url: string): Promise<void> {
  const [clientId = "", secret = ""] = credential.split(":").map(encodeURIComponent);
  const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;
  const form = url.endsWith("/introspect") ? forms["token/introspect"] : forms.token;
  const said = await send(url, {
    method: "POST",
    headers: { authorization },
    form,
    timeout: 10_000,
    patience,
    mayRepeat: () => true,
  }).then(
    ({ ok, status }) => (ok ? undefined : String(status)),
    (error: unknown) => (error instanceof HttpError ? error.reason : (error as Error).name),
  );
  if (said === undefined) return;
  throw new Error(
    `Keycloak refuses the new credential of ${clientId} (${said}): nothing was published, and what was published before still works; look at the realm's events, then run this again`,
  );
}
