/** What an account may do, by its own token: as a service account's says it. */
import { startServer, type Server } from "@bitbucket-keycloak/http/testing/server";
import { KeycloakAdmin } from "../keycloak";
import { reachKeycloak, rolesOf } from "./keycloak";

let server: Server;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

const env = { KEYCLOAK_CLIENT_ID: "deploy", KEYCLOAK_CLIENT_SECRET: "client-secret-0123456789" };
const all = ["manage-realm", "manage-users", "manage-clients", "manage-identity-providers", "manage-events"];

function tokenSays(claims: object): void {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const body = JSON.stringify({ access_token: `e30.${payload}.c2ln`, expires_in: 60 });
  server.reply = ({ path }) => (path.endsWith("/token") ? { status: 200, body } : { status: 403 });
}
const rolesIn = (signInRealm: string) =>
  rolesOf(KeycloakAdmin.from(server.url, signInRealm, { ...env, KEYCLOAK_REALM: signInRealm }), "x", "acme");

test.each([
  ["an administrator", { realm_access: { roles: ["admin"] } }, "master", { isAdmin: true, lacking: [] }],
  [
    "nobody much",
    { realm_access: { roles: ["offline_access"] } },
    "master",
    { isAdmin: false, lacking: all },
  ],
  [
    "all roles of the realm",
    { resource_access: { "acme-realm": { roles: all } } },
    "master",
    { isAdmin: false, lacking: [] },
  ],
  [
    "an account of the realm itself",
    { resource_access: { "realm-management": { roles: all.slice(1) } } },
    "acme",
    { isAdmin: false, lacking: ["manage-realm"] },
  ],
  ["a token that does not say, of an account that may not see itself", {}, "master", undefined],
])("%s", async (_, claims, signInRealm, expected) => {
  tokenSays(claims);
  expect(await rolesIn(signInRealm)).toEqual(expected);
});

test("what answers as no Keycloak does is none", async () => {
  server.reply = () => ({ status: 200, body: "<html>" });
  await expect(reachKeycloak(server.url)).rejects.toThrow(
    "answered 200 to /realms/master, as no Keycloak does",
  );
  server.reply = () => ({ status: 200, body: JSON.stringify({ realm: "master" }) });
  await expect(reachKeycloak(server.url)).resolves.toBeUndefined();
});
