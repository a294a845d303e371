/** What the client of Keycloak's admin API does where a server is in trouble, or is not the one it should be. */
import { startServer, type Reply, type Server } from "@bitbucket-keycloak/http/testing/server";
import { Connection } from "./connection";
import { KeycloakAdmin } from "./keycloak";

const secret = "client-secret-0123456789";
const env = { KEYCLOAK_CLIENT_ID: "deploy", KEYCLOAK_CLIENT_SECRET: secret };
const token: Reply = {
  status: 200,
  body: JSON.stringify({ access_token: "token-0123456789", expires_in: 60 }),
};

let server: Server;
let other: Server;
const admin = () => new KeycloakAdmin(Connection.from(server.url, env), "acme");
/** Answers for everything but the token. */
const answering = (reply: Reply, then = reply) => {
  let asked = 0;
  server.reply = ({ path }) => (path.endsWith("/token") ? token : asked++ === 0 ? reply : then);
};

beforeEach(async () => {
  [server, other] = await Promise.all([startServer(), startServer()]);
});
afterEach(async () => {
  await Promise.all([server.close(), other.close()]);
});

test.each([
  ["KEYCLOAK_CLIENT_ID", "deploy\n", "a blank or a line break at an end"],
  ["KEYCLOAK_CLIENT_SECRET", `${secret}\r\n`, "a blank or a line break at an end"],
  ["KEYCLOAK_CLIENT_SECRET", `${secret}\n${secret}`, "a line break within"],
  ["KEYCLOAK_USER", " admin", "a blank or a line break at an end"],
  ["KEYCLOAK_PASSWORD", `${secret} `, "a blank or a line break at an end"],
  ["KEYCLOAK_REALM", "master\n", "a blank or a line break at an end"],
])("%s=%j is not sent, and not repeated", (name, value, found) => {
  const read = () => Connection.from(server.url, { ...env, [name]: value });
  expect(read).toThrow(`${name} has ${found}; allowed: one line without blanks at its ends; set it anew`);
  expect(read).not.toThrow(secret);
});

test("a secret that Keycloak repeats is not in the error; anything else that it says is", async () => {
  answering({ status: 400, body: `not allowed: ${secret}` });
  await expect(admin().put("clients/1", { secret })).rejects.toThrow(
    "Keycloak answered 400 to PUT /admin/realms/acme/clients/1: its message is withheld, for it repeats a secret",
  );
  answering({ status: 400, body: "not allowed" });
  await expect(admin().put("clients/1", { secret })).rejects.toThrow(
    "Keycloak answered 400 to PUT /admin/realms/acme/clients/1: not allowed",
  );
});

test("neither the secret nor a token follows an answer to another server", async () => {
  const leads = { status: 307, headers: { location: `${other.url}/steal` } };
  server.reply = () => leads;
  const said = (what: string) =>
    `Keycloak at ${server.url} does not answer (it leads on to ${other.url}, where ${what} is sent): is it running, and is the provider's url right?`;
  await expect(admin().get("users")).rejects.toThrow(said("no POST"));
  answering(leads);
  await expect(admin().get("users")).rejects.toThrow(said("nothing secret"));
  expect(other.asked).toEqual([]);
});

test.each<[string, Reply]>([
  ["is starting", { status: 503 }],
  ["breaks off", "reset"],
])(
  "a Keycloak that %s is asked again for what it may be asked twice, and for nothing else",
  async (_, trouble) => {
    answering(trouble, { status: 200, body: '{"id":"1"}' });
    expect(await admin().get("")).toEqual({ id: "1" });
    answering(trouble, { status: 201 });
    await expect(admin().post("roles", { name: "merge" })).rejects.toThrow(
      /^Keycloak (answered 503|at .* does not answer \(UND_ERR_SOCKET\))/,
    );
    expect(server.asked.filter(({ path }) => !path.endsWith("/token")).map(({ method }) => method)).toEqual([
      "GET",
      "GET",
      "POST",
    ]);
  },
);

test("those who ask at once, of whatever realm, share one token", async () => {
  answering({ status: 200, body: "{}" });
  const connection = Connection.from(server.url, env);
  const realms = Array.from({ length: 60 }, (_, index) => new KeycloakAdmin(connection, `realm${index % 3}`));
  await Promise.all(realms.map((realm) => realm.get("")));
  expect(server.asked.filter(({ path }) => path.endsWith("/token"))).toHaveLength(1);
  expect(server.asked).toHaveLength(61);
});

test("a sign-in that failed is tried again by the next request, and a token that ended is renewed", async () => {
  let signIns = 0;
  server.reply = ({ path }) => {
    if (!path.endsWith("/token")) return { status: 200, body: "{}" };
    signIns++;
    return signIns === 1 ? { status: 401 } : { ...(token as object), status: 200, body: JSON.stringify({ access_token: `token-${signIns}`, expires_in: 9 }) }; // prettier-ignore
  };
  const realm = admin();
  await expect(realm.get("")).rejects.toThrow("refused client deploy (401): check KEYCLOAK_CLIENT_ID");
  await realm.get("");
  await realm.get("");
  expect(signIns).toBe(3);
  expect(server.asked.at(-1)?.headers.authorization).toBe("Bearer token-3");
});
