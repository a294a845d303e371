/** The step's script in a company's network: a proxy that alone knows the realm, and a private authority. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { makeAuthority, type Authority } from "@bitbucket-keycloak/http/testing/authority";
import { startForwardingProxy, type ForwardingProxy } from "@bitbucket-keycloak/http/testing/proxy";

const issuer = "https://keycloak.corp.test/realms/acme";
let authority: Authority;
let server: Server;
let proxy: ForwardingProxy;

beforeAll(async () => {
  authority = makeAuthority();
  server = createServer(authority.sign("keycloak.corp.test"), (_, answer) =>
    answer.end('{"access_token":"of-the-step"}'),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  proxy = await startForwardingProxy({ "keycloak.corp.test:443": `127.0.0.1:${port}` });
});
afterAll(async () => {
  await proxy.close();
  server.close();
  authority.remove();
});

/** Runs it in an environment of its own. */
async function run(env: Readonly<Record<string, string>>) {
  const step = { PATH: process.env.PATH, BITBUCKET_STEP_OIDC_TOKEN: "token" };
  const child = spawn("sh", [join(__dirname, "keycloak-token"), issuer], { env: { ...step, ...env } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, stdout, stderr };
}

test.each(["HTTPS_PROXY", "https_proxy"])("%s and the authority are gone by", async (name) => {
  proxy.asked.length = 0;
  const token = await run({ [name]: proxy.url, SSL_CERT_FILE: authority.file });
  expect(token).toEqual({ code: 0, stdout: "of-the-step\n", stderr: "" });
  expect(proxy.asked).toEqual(["CONNECT keycloak.corp.test:443"]);
});

test.each(["KEYCLOAK_CREDENTIAL", "BITBUCKET_STEP_OIDC_TOKEN"])(
  "without the authority, %s is not sent, and the error names where to write it",
  async (name) => {
    const secret = { KEYCLOAK_CREDENTIAL: "a:b", KEYCLOAK_TOKEN_URL: issuer, BITBUCKET_STEP_OIDC_TOKEN: "" };
    const given = name === "KEYCLOAK_CREDENTIAL" ? secret : {};
    const { code, stdout, stderr } = await run({ ...given, HTTPS_PROXY: proxy.url });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(
      `no answer from ${issuer}; write the certificate authority of your network, as PEM, into a file that SSL_CERT_FILE names\n`,
    );
  },
);
