/** Plays Bitbucket: signs a person in with a real relying party, by the forms of Keycloak's pages. */
import { actionOf, Browser, type Page } from "./browser";
import type { Context, SignInClient } from "./check";
import { fetched } from "./fetched";
import type { ThrowAwayPerson } from "./throwAway";

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly id: string;
  /** Of the ID token, its signature verified by the realm's published keys. */
  readonly claims: Readonly<Record<string, unknown>>;
}

type Person = Pick<ThrowAwayPerson, "username" | "password">;

type Client = Pick<SignInClient, "clientId" | "secret" | "redirectUri">;

/**
 * @param client the one to sign in at. Default: Bitbucket's
 * @throws Error where the person does not get through
 */
export function signIn(context: Context, person: Person, client: Client = context.client): Promise<Tokens> {
  return context.throwAway.inLine(person, () =>
    signInNow(context, person, client).catch((error: unknown) => {
      throw explained(error);
    }),
  );
}

/** The relying party's own errors say little: what the realm answered is in them, or what was thrown below. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { error: code, error_description: about, cause } = error as Error & Record<string, unknown>;
  const { message: below } = (cause ?? {}) as Readonly<Record<string, unknown>>;
  const why = [code, about, below].filter((part) => typeof part === "string");
  return why.length === 0 ? error : new Error([error.message, ...why].join(": "), { cause: error });
}

async function signInNow({ endpoints }: Context, person: Person, client: Client): Promise<Tokens> {
  const openid = await import("openid-client");
  const issuer = new URL(endpoints.issuer);
  // Plain http is for this machine alone: no other stack file can say it.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out
  const plain = issuer.protocol === "http:" ? [openid.allowInsecureRequests] : [];
  const config = await openid.discovery(issuer, client.clientId, client.secret, undefined, {
    execute: [...plain, openid.enableNonRepudiationChecks],
    [openid.customFetch]: fetched,
  });
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const start = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri,
    scope: "openid",
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const { address } = await throughLogin(start.href, client.redirectUri, person);
  const tokens = await openid.authorizationCodeGrant(config, new URL(address), {
    pkceCodeVerifier,
    expectedState,
  });
  return {
    access: tokens.access_token,
    refresh: tokens.refresh_token ?? "",
    id: tokens.id_token ?? "",
    claims: { ...tokens.claims() },
  };
}

/** @throws Error that quotes the page which stands in the way */
async function throughLogin(start: string, redirectUri: string, person: Person): Promise<Page> {
  const page = await pageAfterLogin(start, redirectUri, person);
  if (page.address.startsWith(redirectUri)) return page;
  throw new Error(standsInTheWay(page));
}

/** The page that follows the one with the password; the browser stops before an address that begins with `until`. */
export async function pageAfterLogin(
  start: string,
  until: string,
  { username, password }: Person,
): Promise<Page> {
  const browser = new Browser();
  const login = await browser.open(start, until);
  return browser.open(actionOf(login), until, { username, password });
}

/** What a page of Keycloak's says, in words. */
export function standsInTheWay(page: Page): string {
  const says = /(?:id="input-error[^>]*>|kc-feedback-text">|class="instruction">)\s*([^<\s][^<]*)/.exec(
    page.text,
  )?.[1];
  return `the sign-in ends at a page of Keycloak's${says === undefined ? "" : `: ${says.trim()}`}`;
}

/** A JWT's payload, unverified: for tokens that came from the realm by the way they should. */
export function payloadOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
}

/** Seconds from issue to end. */
export function lifeOf(token: string): number {
  const { iat, exp } = payloadOf(token);
  return Number(exp) - Number(iat);
}
