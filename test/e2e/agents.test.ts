/**
 * An agent acts for a person with what both may do, and no more: whatever else it asks for is refused, and the refusal
 * is in the event log with the names of both.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JWK } from "jose";
import { acmeSeed } from "../../toolchain/acme";
import { actFor } from "../../examples/agent";
import { sync } from "../../commands/sync/sync";
import { payloadOf } from "../../commands/verify/relyingParty";
import { root } from "../../toolchain/places";
import { World } from "./world";
import { agentKeys, handOn, newKey, type AgentKeys } from "./world/agent";
import { rightsClient } from "../../access";

jest.setTimeout(240_000);

let world: World;
let keys: AgentKeys;
let issuer: string;
let persons: string;
const password = "a-long-enough-password-1";

beforeAll(async () => {
  keys = await agentKeys();
  const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
  const access = acme
    .replace(/( {2}release-bot:\n)/, `$1    jwks: "${keys.jwks}"\n    tokenLife: "5 seconds"\n`)
    // Fatima merges in all of SHOP, the bot in one of its repositories, and it triggers where she may not.
    .replace(
      /\ngrants:/,
      "\ngrants:\n  - { agent: release-bot, can: [trigger], on: PAY/payments-api, reason: Rebuilds }",
    );
  world = await World.start({ access, seed: (administratorToken) => acmeSeed({ administratorToken }) });
  await world.up();
  issuer = `${world.keycloakUrl}/realms/${world.realm}`;
  for (const name of ["fatima", "dora", "ben"]) await setPassword(name);
  persons = await handedOn("fatima");
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

async function handedOn(username: string, scope?: string): Promise<string> {
  const { access, refresh } = await handOn(issuer, { username, password }, scope);
  expect(refresh).toBeUndefined();
  return access;
}

const act = (right: string, person = persons, by: JWK = keys.key) =>
  actFor(issuer, "release-bot", by, person, right);
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

test("more than its list is refused: other rights of the person's, offline access", async () => {
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
  expect(rightsOf(await act("trigger:PAY/payments-api", await handedOn("dora")))).toEqual([
    "trigger:PAY/payments-api",
  ]);
});

test("a token that was not meant for it, and another's key, are refused", async () => {
  await refused(
    act("merge:SHOP/shop-mobile", await handedOn("fatima", "openid")),
    "not within the token audience",
    "not within the token audience",
  );
  const { key: other } = await newKey();
  await expect(act("merge:SHOP/shop-mobile", persons, other)).rejects.toThrow("client");
});

test("after its life the token is worth nothing, and the log leads from the refusal to both names", async () => {
  const token = await act("merge:SHOP/shop-mobile");
  // A service that trusts the realm asks it about the token, as the client that the token is for.
  const [{ id }] = await admin<[{ id: string }]>("GET", `/clients?clientId=${rightsClient}`);
  const { value } = await admin<{ value: string }>("GET", `/clients/${id}/client-secret`);
  const introspect = async () => {
    const body = new URLSearchParams({ client_id: rightsClient, client_secret: value, token });
    const answer = await fetch(`${issuer}/protocol/openid-connect/token/introspect`, {
      method: "POST",
      body,
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  expect(await introspect()).toMatchObject({
    active: true,
    username: "fatima",
    client_id: "agent.release-bot",
  });
  await new Promise((resolve) => setTimeout(resolve, 6500));
  expect(await introspect()).toEqual({ active: false });
  const [refusal] = await admin<Event[]>("GET", "/events?type=INTROSPECT_TOKEN_ERROR&max=1");
  expect(refusal?.details).toMatchObject({ token_issued_for: "agent.release-bot" });
  const exchanges = await admin<Event[]>("GET", "/events?type=TOKEN_EXCHANGE&max=20");
  expect(exchanges.find(({ details }) => details.token_id === refusal?.details.token_id)).toMatchObject({
    clientId: "agent.release-bot",
    details: { username: "fatima", subject_token_client_id: "agents" },
  });
  const userinfo = await fetch(`${issuer}/protocol/openid-connect/userinfo`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(userinfo.status).toBe(401);
});

test("somebody who has left is acted for no more", async () => {
  const doras = await handedOn("dora");
  expect(rightsOf(await act("trigger:PAY/payments-api", doras))).toEqual(["trigger:PAY/payments-api"]);
  await admin("PUT", `/users/${await idOf("dora")}`, { enabled: false });
  await expect(act("trigger:PAY/payments-api", doras)).rejects.toThrow("Invalid token");
  expect(await lastExchange()).toMatchObject({ type: "TOKEN_EXCHANGE_ERROR", clientId: "agent.release-bot" });
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
  // Keycloak looks at no token then; who the agent answered to is told by the log of what administrators did.
  const [agent] = await admin<{ id: string }[]>("GET", "/clients?clientId=agent.release-bot");
  const [disabling] = await admin<{ operationType: string; representation: string }[]>(
    "GET",
    `/admin-events?resourcePath=clients/${agent?.id ?? ""}&max=1`,
  );
  expect(disabling?.operationType).toBe("UPDATE");
  expect(JSON.parse(disabling?.representation ?? "")).toMatchObject({
    clientId: "agent.release-bot",
    enabled: false,
    attributes: { owner: "ben" },
  });
  await world.up();
  await expect(act("merge:SHOP/shop-mobile")).rejects.toThrow("invalid_client");
});
