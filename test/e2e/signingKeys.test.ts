/**
 * Signing keys rotate: what was signed before stays good until it ends, what is signed after is verified by keys that
 * were fetched before, and a key that has had its time is gone. Real engine, real Keycloak.
 */
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { RotationWorld, day } from "./world/rotation";

jest.setTimeout(300_000);

/** A service that has its own client, and people who sign in to it. */
const service = { id: "service", secret: "of-this-test-alone" };
const person = { username: "dora", password: "of-this-test-alone-1" };

let world: RotationWorld;

beforeAll(async () => {
  world = await RotationWorld.start();
  await world.upAt(0);
  const { realm } = world.world;
  await world.world.keycloak("POST", `/${realm}/clients`, {
    clientId: service.id,
    secret: service.secret,
    directAccessGrantsEnabled: true,
  });
  await world.world.keycloak("POST", `/${realm}/users`, {
    username: person.username,
    email: "dora@acme.example",
    emailVerified: true,
    firstName: "Dora",
    lastName: "Lind",
    enabled: true,
    credentials: [{ type: "password", value: person.password }],
  });
});

afterAll(async () => {
  await world.stop();
});

interface Key {
  readonly kid: string;
  readonly algorithm: string;
  readonly status: string;
  readonly certificate?: string;
}

let first: Tokens;
let unspent: Tokens;
let published: JSONWebKeySet;
let rsa: Key[];

test("a realm begins with three keys of each algorithm, and signs with ES256", async () => {
  expect(await countOf("ES256")).toBe(3);
  // Three, and the one that the realm came with.
  expect(await countOf("HS512")).toBe(4);
  rsa = (await keys()).filter(({ algorithm }) => algorithm.startsWith("RS"));
  expect(rsa.map(({ algorithm }) => algorithm).sort()).toEqual(["RS256", "RSA-OAEP"].sort());
  expect(await made()).toEqual([]);
  published = await jwks();
  first = await signIn();
  unspent = await signIn();
  expect(decodeProtectedHeader(first.access_token).alg).toBe("ES256");
  expect(await isActive(first.access_token)).toBe(true);
});

test("after a rotation, tokens and refresh tokens from before are good, and keys fetched before verify new tokens", async () => {
  await world.upAt(91 * day);
  expect(await isActive(first.access_token)).toBe(true);
  const renewed = await refresh(first.refresh_token);
  expect(renewed.status).toBe(200);
  first = renewed.tokens;

  const after = await signIn();
  const { protectedHeader } = await jwtVerify(after.access_token, createLocalJWKSet(published));
  expect(protectedHeader.kid).not.toBe(decodeProtectedHeader(unspent.access_token).kid);
  const kids = new Set((await jwks()).keys.map(({ kid }) => kid));
  expect(kids).toContain(decodeProtectedHeader(unspent.access_token).kid);
  expect(await countOf("ES256")).toBe(3);
  await world.upAt(91 * day, "--expect-no-changes");
});

test("after two more rotations the first key is gone, and its tokens are refused; those in between are good", async () => {
  await world.upAt(182 * day);
  const kids = (await jwks()).keys.map(({ kid }) => kid);
  expect(kids).not.toContain(decodeProtectedHeader(unspent.access_token).kid);
  expect(await isActive(unspent.access_token)).toBe(false);
  expect((await refresh(unspent.refresh_token)).status).toBe(400);
  expect((await refresh(first.refresh_token)).status).toBe(200);
  expect(await countOf("HS512")).toBe(3);
});

test("the realm's RSA keys and certificates are what they were, and nothing outranks them", async () => {
  expect((await keys()).filter(({ algorithm }) => algorithm.startsWith("RS"))).toEqual(rsa);
});

test("Keycloak has made no key by itself", async () => {
  expect(await made()).toEqual([]);
});

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

async function ask(path: string, form: Record<string, string>): Promise<Response> {
  const { keycloakUrl, realm } = world.world;
  return fetch(`${keycloakUrl}/realms/${realm}/protocol/openid-connect/${path}`, {
    method: "POST",
    body: new URLSearchParams({ client_id: service.id, client_secret: service.secret, ...form }),
  });
}

async function signIn(): Promise<Tokens> {
  const response = await ask("token", { grant_type: "password", ...person, scope: "openid" });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Tokens;
}

async function refresh(token: string): Promise<{ status: number; tokens: Tokens }> {
  const response = await ask("token", { grant_type: "refresh_token", refresh_token: token });
  return { status: response.status, tokens: (await response.json()) as Tokens };
}

/** Whether Keycloak itself takes the token. */
async function isActive(token: string): Promise<boolean> {
  const { keycloakUrl, realm } = world.world;
  const address = `${keycloakUrl}/realms/${realm}/protocol/openid-connect/userinfo`;
  return (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).ok;
}

async function jwks(): Promise<JSONWebKeySet> {
  const { keycloakUrl, realm } = world.world;
  const response = await fetch(`${keycloakUrl}/realms/${realm}/protocol/openid-connect/certs`);
  return (await response.json()) as JSONWebKeySet;
}

async function keys(): Promise<Key[]> {
  const { json } = await world.world.keycloak("GET", `/${world.world.realm}/keys`);
  return (json as { keys: Key[] }).keys.map(({ kid, algorithm, status, certificate }) => ({
    kid,
    algorithm,
    status,
    ...(certificate !== undefined && { certificate }),
  }));
}

async function countOf(algorithm: string): Promise<number> {
  return (await keys()).filter((key) => key.algorithm === algorithm).length;
}

/** Names of the keys that Keycloak makes where it finds none. */
async function made(): Promise<string[]> {
  const path = `/${world.world.realm}/components?type=org.keycloak.keys.KeyProvider`;
  const { json } = await world.world.keycloak("GET", path);
  return (json as { name: string }[]).map(({ name }) => name).filter((name) => name.startsWith("fallback"));
}
