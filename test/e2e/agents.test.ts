/**
 * An agent acts for a person with what both may do, and no more: whatever else it asks for is refused, and the refusal
 * is in the event log with the names of both.
 */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { acmeSeed } from "../../emulator/acme";
import { actFor } from "../../examples/agent";
import { sync } from "../../operations/membership/sync";
import { actionOf, Browser } from "../../operations/verify/browser";
import { payloadOf } from "../../operations/verify/relyingParty";
import { root } from "../../toolchain/places";
import { World } from "./world";

jest.setTimeout(240_000);

let world: World;
let keys: Server;
let key: JWK;
let issuer: string;
let persons: string;
const password = "a-long-enough-password-1";

beforeAll(async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const more = { kid: "1", alg: "ES256", use: "sig" };
  key = { ...(await exportJWK(pair.privateKey)), ...more };
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), ...more }] });
  keys = createServer((_, response) => response.setHeader("content-type", "application/json").end(jwks));
  await once(keys.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks.json`;

  const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
  const access = acme
    .replace(/( {2}release-bot:\n)/, `$1    jwks: "${address}"\n    tokenLife: "5 seconds"\n`)
    // Fatima merges in all of SHOP, the bot in one of its repositories, and it triggers where she may not.
    .replace(
      /\ngrants:/,
      "\ngrants:\n  - { agent: release-bot, can: [trigger], on: PAY/payments-api, reason: Rebuilds }",
    );
  world = await World.start({ access, seed: (administratorToken) => acmeSeed({ administratorToken }) });
  await world.up();
  issuer = `${world.keycloakUrl}/realms/${world.realm}`;
  for (const name of ["fatima", "dora", "ben"]) await setPassword(name);
  persons = await handOn("fatima");
});

afterAll(async () => {
  keys.close();
  await world.stop();
});

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as T;
}

async function idOf(username: string): Promise<string> {
  return (await admin<{ id: string }[]>("GET", `/users?username=${username}&exact=true`))[0]?.id ?? "";
}

async function setPassword(username: string): Promise<void> {
  const id = await idOf(username);
  await admin("PUT", `/users/${id}/reset-password`, { type: "password", value: password, temporary: false });
}

/** A person signs in on their own machine, agrees that the agent acts for them, and has a token to hand on. */
async function handOn(username: string, scope = "openid agent:release-bot"): Promise<string> {
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
  const { access_token, refresh_token } = (await answer.json()) as Record<string, string>;
  expect(refresh_token).toBeUndefined();
  return access_token ?? "";
}

const act = (right: string, person = persons, by = key) => actFor(issuer, "release-bot", by, person, right);
const rightsOf = (token: string) =>
  (payloadOf(token).resource_access as Record<string, { roles: string[] }> | undefined)?.bitbucket?.roles;

interface Event {
  readonly type: string;
  readonly clientId: string;
  readonly userId?: string;
  readonly details: Readonly<Record<string, string>>;
}

/** The newest event of an exchange. */
async function lastExchange(): Promise<Event | undefined> {
  return (await admin<Event[]>("GET", "/events?type=TOKEN_EXCHANGE&type=TOKEN_EXCHANGE_ERROR&max=1"))[0];
}

async function refused(attempt: Promise<string>, why: string, reason: string): Promise<void> {
  await expect(attempt).rejects.toThrow(why);
  expect(await lastExchange()).toMatchObject({
    type: "TOKEN_EXCHANGE_ERROR",
    clientId: "agent.release-bot",
    details: {
      reason: expect.stringContaining(reason) as string,
      username: "fatima",
      subject_token_client_id: "agents",
    },
  });
}

test("what both may do, on the smaller of both places, for seconds, and traceable to both", async () => {
  expect(payloadOf(persons)).not.toHaveProperty("resource_access");
  const token = await act("merge:SHOP/shop-mobile");
  const { azp, aud, preferred_username, exp, iat } = payloadOf(token);
  expect([azp, aud, preferred_username, Number(exp) - Number(iat)]).toEqual([
    "agent.release-bot",
    "bitbucket",
    "fatima",
    5,
  ]);
  expect(rightsOf(token)).toEqual(["merge:SHOP/shop-mobile"]);
  expect(await lastExchange()).toMatchObject({
    type: "TOKEN_EXCHANGE",
    clientId: "agent.release-bot",
    userId: await idOf("fatima"),
    details: { username: "fatima", subject_token_client_id: "agents" },
  });
});

test("more than its list is refused: other rights of the person's, offline access, another audience", async () => {
  await refused(act("merge:SHOP"), "Invalid scopes: merge:SHOP", "Invalid scopes");
  await refused(act("deploy:SHOP"), "Invalid scopes: deploy:SHOP", "Invalid scopes");
  await refused(act("merge:SHOP/shop-mobile offline_access"), "Invalid scopes", "Invalid scopes");
});

test("more than the person may is refused, though it is on its list", async () => {
  await refused(
    act("trigger:PAY/payments-api"),
    "Requested audience not available: bitbucket",
    "audience not available",
  );
  // Together with what both may, it is left out.
  expect(rightsOf(await act("merge:SHOP/shop-mobile trigger:PAY/payments-api"))).toEqual([
    "merge:SHOP/shop-mobile",
  ]);
  expect(rightsOf(await act("trigger:PAY/payments-api", await handOn("dora")))).toEqual([
    "trigger:PAY/payments-api",
  ]);
});

test("a token that was not meant for it, and another's key, are refused", async () => {
  await refused(
    act("merge:SHOP/shop-mobile", await handOn("fatima", "openid")),
    "not within the token audience",
    "not within the token audience",
  );
  const other = {
    ...(await exportJWK((await generateKeyPair("ES256", { extractable: true })).privateKey)),
    kid: "1",
  };
  await expect(act("merge:SHOP/shop-mobile", persons, other)).rejects.toThrow("client");
});

test("after its life the token is worth nothing, and there is none to refresh", async () => {
  const token = await act("merge:SHOP/shop-mobile");
  const takes = async () =>
    (
      await fetch(`${issuer}/protocol/openid-connect/userinfo`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  await new Promise((resolve) => setTimeout(resolve, 6500));
  expect(await takes()).toBe(401);
});

test("its owner disabled, the next sync disables it, and no later run enables it", async () => {
  await admin("PUT", `/users/${await idOf("ben")}`, { enabled: false });
  expect(
    (await sync("local", world.env, {}, world.folder)).agents.map(({ agent, why }) => [agent, why]),
  ).toEqual([["release-bot", "its owner ben is disabled in Keycloak"]]);
  // One owner of two is enabled: nobody is moved, but the agent is stopped all the same.
  await expect(sync("local", world.env, { apply: true }, world.folder)).rejects.toThrow("owners enabled");
  await expect(act("merge:SHOP/shop-mobile")).rejects.toThrow("invalid_client");
  expect(await lastExchange()).toMatchObject({ type: "TOKEN_EXCHANGE_ERROR", clientId: "agent.release-bot" });
  await world.up();
  await expect(act("merge:SHOP/shop-mobile")).rejects.toThrow("invalid_client");
});
