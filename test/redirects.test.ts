/**
 * No request that carries a credential goes on to another server, whatever the one that it was meant for answers: by the
 * logs of two plain servers, for everything of this project that has a credential to send.
 */
import { execFile } from "node:child_process";
import { generateKeyPair } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { exportJWK } from "jose";
import { send, type Call } from "@bitbucket-keycloak/http";
import { startServer, type Reply, type Server } from "@bitbucket-keycloak/http/testing/server";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { AccessRepository } from "../clients/accessRepository";
import { KeycloakAdmin } from "../clients/keycloak";
import { Browser } from "../commands/verify/browser";
import { actFor } from "../examples/agent";

const root = join(__dirname, "..");
let server: Server;
let other: Server;
beforeEach(async () => {
  [server, other] = await Promise.all([startServer(), startServer()]);
});
afterEach(async () => {
  await Promise.all([server.close(), other.close()]);
});

const statuses = [301, 302, 303, 307, 308];
/** The same machine by another name is another server, too. */
const places = [
  (url: string) => url,
  (url: string) => url.replace("127.0.0.1", "localhost"),
  (url: string) => url.replace("http://", "https://"),
  (url: string) => url.replace("http://", "http://user:password@"),
];
const env = {
  BITBUCKET_EMAIL: "ana@acme.example",
  BITBUCKET_API_TOKEN: "token-of-bitbucket",
  KEYCLOAK_CLIENT_ID: "deployer",
  KEYCLOAK_CLIENT_SECRET: "secret-of-keycloak",
};

const calls: readonly (readonly [string, Call])[] = [
  ["a bearer's token", { headers: { authorization: "Bearer token-0123" } }],
  ["a password", { headers: { Authorization: "Basic YTpiYmJiYmI=" } }],
  ["a cookie", { headers: { cookie: "a=session-1" } }],
  ["a key in a header of its own", { headers: { "x-api-key": "key-012345" } }],
  ["a secret that only the caller knows", { secrets: ["in-the-address"] }],
  ["a form", { method: "POST", form: { client_secret: "secret-0123" } }],
  ["JSON", { method: "PUT", json: { value: "secret-0123" } }],
  ["a text", { method: "POST", body: "secret-0123" }],
  ["no body", { method: "DELETE", headers: { authorization: "Bearer token-0123" } }],
];

const clients: readonly (readonly [string, () => Promise<unknown>])[] = [
  ...calls.map(([what, call]) => [`a request with ${what}`, () => send(`${server.url}/p`, call)] as const),
  ["Keycloak's token", () => KeycloakAdmin.from(server.url, "acme", env).get("users")],
  [
    "Bitbucket's list",
    () => Bitbucket.session(server.url, env).list("/workspaces/{workspace}/members", { workspace: "acme" }),
  ],
  [
    "a file of Bitbucket's",
    () => new AccessRepository(server.url, "acme/access", env).file("0123", "access.yaml"),
  ],
  [
    "a browser's form",
    () => new Browser().open(`${server.url}/login`, "http://until.test", { password: "pw" }),
  ],
  [
    "an agent's exchange of tokens",
    async () => {
      const { privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
      return actFor(server.url, "bot", await exportJWK(privateKey), "persons-token", "merge:PAY");
    },
  ],
  [
    "the start of a pipeline",
    async () => {
      const { start } = (await import(join(root, "pipelines/relay.mjs"))) as {
        start: (id: number, settings: object) => Promise<void>;
      };
      await start(1, { url: server.url, runner: "acme/runner", email: "a", token: "token-of-bitbucket" });
    },
  ],
  [
    "a step's own token",
    () => script({ BITBUCKET_STEP_OIDC_TOKEN: "token-of-the-step" }, `${server.url}/realms/acme`),
  ],
  [
    "a step's secret",
    () => script({ KEYCLOAK_CREDENTIAL: "a:secret-0123", KEYCLOAK_TOKEN_URL: `${server.url}/t` }),
  ],
];

function script(more: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<unknown> {
  const file = join(root, "packages/keycloak-pipelines/pipe/keycloak-token");
  const { PATH = "" } = process.env;
  return promisify(execFile)("sh", [file, ...args], { env: { PATH, NO_PROXY: "*", ...more } });
}

test.each(clients)(
  "%s goes to no server that an answer names",
  async (_, ask) => {
    for (const status of statuses)
      for (const place of places) {
        const location = `${place(other.url)}/elsewhere`;
        server.asked.length = 0;
        server.reply = () => ({ status, headers: { location } });
        await expect(ask()).rejects.toThrow();
        expect(server.asked.length).toBeGreaterThan(0);
        expect([location, other.asked]).toEqual([location, []]);
      }
  },
  60_000,
);

test("a page's form that leads to another server gets no password, and a redirect there no session", async () => {
  const browser = new Browser();
  server.reply = ({ path }): Reply =>
    path === "/login"
      ? { status: 200, headers: { "set-cookie": "session=1" }, body: "<form>" }
      : { status: 302, headers: { location: `${other.url}/` } };
  await browser.open(`${server.url}/login`, "http://until.test");
  await expect(browser.open(`${other.url}/login`, "http://until.test", { password: "pw" })).rejects.toThrow(
    `${server.url} leads on to ${other.url}, where no session and no password is sent`,
  );
  await expect(browser.open(`${server.url}/next`, "http://until.test")).rejects.toThrow("leads on to");
  expect(other.asked).toEqual([]);
});
