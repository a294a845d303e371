/**
 * A Bitbucket Data Center that is told of its client: the provider over gRPC, as an engine meets it, against the stand-in
 * of Data Center's REST.
 */
import { startDataCenter, type DataCenter } from "@bitbucket-keycloak/bitbucket-emulator/dataCenter";
import { bitbucket } from "./provider";
import { Failed, startEngine, type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";

const token = "http-access-token-0123456789";
const secret = "client-secret-0123456789";
const issuer = "https://keycloak.acme.example/realms/acme";
const type = "DataCenterClient";

let server: DataCenter;
let engine: Engine;
const before = process.env;

beforeEach(async () => {
  server = await startDataCenter({
    tokens: { [token]: "system administrator", "of-somebody": "user" },
    configurations: [
      { name: "Other", "issuer-url": "https://other.example", "client-id": "o", "client-secret": "o" },
      {
        name: "Keycloak",
        "issuer-url": issuer,
        "client-id": "made-by-hand",
        "client-secret": "made-by-hand",
      },
    ],
  });
  process.env = { ...before, BITBUCKET_DATA_CENTER_TOKEN: token };
  engine = await startEngine(bitbucket);
  await engine.configure({});
});

afterEach(async () => {
  process.env = before;
  engine.stop();
  await server.close();
});

const declared = (more: object = {}) => ({
  url: server.url,
  issuer,
  clientId: "bitbucket-a",
  clientSecret: secret,
  ...more,
});
const checked = async (more: object = {}) => (await engine.check(type, declared(more))).inputs;
const made = async (more: object = {}) => engine.create(type, await checked(more));
const idps = "/rest/authconfig/1.0/idps";

async function refusal(of: Promise<unknown>): Promise<string> {
  const error: unknown = await of.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error("nothing was refused");
  return error.message;
}

test("its configuration of the issuer gets id and secret at once; nothing else of it changes, and no other", async () => {
  const other = server.kept(1);
  const { id } = await made();
  expect(id).toBe("2");
  expect(server.log).toEqual([`GET ${idps}`, `PATCH ${idps}/2`]);
  expect(server.kept(2)).toMatchObject({
    name: "Keycloak",
    "issuer-url": issuer,
    "client-id": "bitbucket-a",
    "client-secret": secret,
  });
  expect(server.kept(1)).toEqual(other);
});

test("a rotation tells it both, and a preview tells it nothing", async () => {
  const held = await made();
  server.log.length = 0;
  const next = await checked({ clientId: "bitbucket-b", clientSecret: "next" });
  expect(await engine.diff(type, held, next)).toEqual({ clientId: "UPDATE", clientSecret: "UPDATE" });
  await engine.update(type, held, next, true);
  expect(server.log).toEqual([]);
  await engine.update(type, held, next);
  expect(server.kept(2)).toMatchObject({ "client-id": "bitbucket-b", "client-secret": "next" });
});

test("read again it is what was told, until somebody edits it by hand: then it is told anew", async () => {
  const held = await made();
  const read = await engine.read(type, held.id, held);
  expect(await engine.diff(type, { ...held, ...read }, await checked())).toEqual({});
  server.edit(2, { "button-text": "Sign in", "client-secret": "by hand" } as object);
  const edited = await engine.read(type, held.id, held);
  expect(await engine.diff(type, { ...held, ...edited }, await checked())).toEqual({
    clientSecret: "UPDATE",
  });
});

test("deleted, it leaves the configuration as it is", async () => {
  const held = await made();
  const kept = server.kept(2);
  await engine.delete(type, held);
  expect(server.kept(2)).toEqual(kept);
});

test("told again after an answer was lost, it comes to the same", async () => {
  server.fault = (request) => (request.startsWith("PATCH") ? "lose" : undefined);
  const said = await refusal(made());
  expect(said).toContain(`PATCH ${server.url}${idps}/2: answered 502`);
  expect(said).not.toContain(secret);
  server.fault = () => undefined;
  await made();
  expect(server.kept(2)).toMatchObject({ "client-id": "bitbucket-a", "client-secret": secret });
});

test.each([
  [
    "without a token",
    {},
    { BITBUCKET_DATA_CENTER_TOKEN: "" },
    "the environment lacks BITBUCKET_DATA_CENTER_TOKEN",
  ],
  [
    "with a wrong token",
    {},
    { BITBUCKET_DATA_CENTER_TOKEN: "wrong" },
    "answered 401: BITBUCKET_DATA_CENTER_TOKEN is wrong",
  ],
  ["as somebody else", {}, { BITBUCKET_DATA_CENTER_TOKEN: "of-somebody" }, "answered 403: the account of"],
  [
    "for an issuer that it does not have",
    { issuer: "https://none.example" },
    {},
    'it has "Other", "Keycloak": make it at',
  ],
])("%s, what to do is said, and no secret", async (_, more, env, why) => {
  Object.assign(process.env, env);
  const said = await refusal(made(more));
  expect(said).toContain(why);
  expect(said).not.toMatch(/0123456789/);
  expect(server.log.filter((line) => line.startsWith("PATCH"))).toEqual([]);
});

test("two configurations of one issuer cannot be told apart", async () => {
  server.edit(1, { "issuer-url": issuer });
  expect(await refusal(made())).toContain("has 2 OpenID Connect configurations of issuer");
});

test("a server that is not there, and an address that is none", async () => {
  expect(await refusal(made({ url: "http://127.0.0.1:9" }))).toContain("no answer (");
  const { failures } = await engine.check(type, declared({ url: "http://bitbucket.acme.example" }));
  expect(failures).toHaveLength(1);
});

test.each<[string, string, unknown, number]>([
  ["a key that Atlassian's examples do not have", "PATCH", { "client-scret": "x" }, 400],
  ["a key without a value", "PATCH", { "client-id": "" }, 400],
  ["another kind", "PATCH", { "sso-type": "SAML" }, 400],
  ["another verb", "PUT", {}, 405],
])("the stand-in refuses %s", async (_, method, body, status) => {
  const response = await fetch(`${server.url}${idps}/2`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(status);
  expect(server.kept(2)).toMatchObject({ "client-id": "made-by-hand" });
});

test("the stand-in never shows a secret", async () => {
  const response = await fetch(`${server.url}${idps}`, { headers: { authorization: `Bearer ${token}` } });
  expect(await response.text()).not.toContain('made-by-hand","client-secret');
  expect(
    JSON.stringify(
      await (await fetch(`${server.url}${idps}/2`, { headers: { authorization: `Bearer ${token}` } })).json(),
    ),
  ).not.toContain("client-secret");
});
