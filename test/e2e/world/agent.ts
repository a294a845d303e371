/** An agent with a key of its own, and people who sign in on their own machine to let it act for them. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { actionOf, Browser } from "../../../commands/verify/browser";

export interface AgentKeys {
  /** The private one. */
  readonly key: JWK;
  /** Where the public one is. */
  readonly jwks: string;
  close(): void;
}

export async function newKey(): Promise<{ readonly key: JWK; readonly publicKey: JWK }> {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const more = { kid: "1", alg: "ES256", use: "sig" };
  return {
    key: { ...(await exportJWK(pair.privateKey)), ...more },
    publicKey: { ...(await exportJWK(pair.publicKey)), ...more },
  };
}

export async function agentKeys(): Promise<AgentKeys> {
  const { key, publicKey } = await newKey();
  const text = JSON.stringify({ keys: [publicKey] });
  const server: Server = createServer((_, response) =>
    response.setHeader("content-type", "application/json").end(text),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { key, jwks: `http://127.0.0.1:${port}/jwks.json`, close: () => server.close() };
}

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** A person signs in, agrees that an agent acts for them, and has a token to hand on. */
export async function handOn(
  issuer: string,
  { username, password }: Person,
  scope = "openid agent:release-bot",
): Promise<{ readonly access: string; readonly refresh: string | undefined }> {
  const openid = await import("openid-client");
  const redirect_uri = "http://127.0.0.1:49152/callback";
  const code_verifier = openid.randomPKCECodeVerifier();
  const query = new URLSearchParams({
    client_id: "agents", response_type: "code", redirect_uri, scope,
    code_challenge: await openid.calculatePKCECodeChallenge(code_verifier), code_challenge_method: "S256",
  }); // prettier-ignore
  const browser = new Browser();
  const login = await browser.open(
    `${issuer}/protocol/openid-connect/auth?${query.toString()}`,
    redirect_uri,
  );
  let page = await browser.open(actionOf(login), redirect_uri, { username, password });
  if (page.text !== "")
    page = await browser.open(new URL(actionOf(page), page.address).href, redirect_uri, { accept: "Yes" });
  const code = new URL(page.address).searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", client_id: "agents", code, redirect_uri, code_verifier };
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  const { access_token = "", refresh_token } = (await answer.json()) as Record<string, string>;
  return { access: access_token, refresh: refresh_token };
}
