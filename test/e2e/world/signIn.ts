/** A person signs in to Bitbucket's client with a real relying party, the first password changed on the way. */
import { randomBytes } from "node:crypto";
import { actionOf, Browser } from "../../../commands/verify/browser";

export interface Client {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/** The claims of the ID token that the person's sign-in ends with. */
export async function signIn(client: Client, username: string, firstPassword: string): Promise<Claims> {
  const { page: first, browser, finish } = await givePassword(client, username, firstPassword);
  let page = first;
  if (!page.address.startsWith(client.redirectUri)) {
    const password = randomBytes(24).toString("base64url");
    const form = { "password-new": password, "password-confirm": password };
    page = await browser.open(actionOf(page), client.redirectUri, form);
  }
  return finish(page.address);
}

/** The tokens that a person's sign-in ends with, who has a password that need not be changed. */
export async function tokensOf(
  client: Client,
  username: string,
  password: string,
): Promise<{ readonly access: string; readonly refresh: string }> {
  const { page, exchange } = await givePassword(client, username, password);
  if (!page.address.startsWith(client.redirectUri)) throw new Error(`${username} is not let in`);
  const { access_token: access, refresh_token: refresh = "" } = await exchange(page.address);
  return { access, refresh };
}

/** Whether a first password is taken: Keycloak then asks for a new one, which is not given here. */
export async function isFirstPassword(client: Client, username: string, password: string): Promise<boolean> {
  return (await givePassword(client, username, password)).page.text.includes('name="password-new"');
}

/** As far as the page that follows the one with the password. */
async function givePassword(client: Client, username: string, password: string) {
  const openid = await import("openid-client");
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; this Keycloak speaks http
  const execute = [openid.allowInsecureRequests];
  const { issuer, clientId, clientSecret, redirectUri } = client;
  const config = await openid.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute });
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const start = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid",
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const browser = new Browser();
  const login = await browser.open(start.href, redirectUri);
  const page = await browser.open(actionOf(login), redirectUri, { username, password });
  const exchange = (address: string) =>
    openid.authorizationCodeGrant(config, new URL(address), { pkceCodeVerifier, expectedState });
  const finish = async (address: string): Promise<Claims> => (await exchange(address)).claims() ?? {};
  return { page, browser, finish, exchange };
}
