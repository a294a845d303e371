/** Requests through a real proxy to real servers behind a private authority; the proxy alone knows their names. */
import { execFile } from "node:child_process";
import { createServer as plainServer, type RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { once as event } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { once } from "./retry";
import { type Call, HttpError, send } from "./send";
import { type Authority, makeAuthority } from "./testing/authority";
import { type ForwardingProxy, startForwardingProxy } from "./testing/proxy";

const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
const all = [...names, ...names.map((name) => name.toLowerCase()), "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];
const before = Object.fromEntries(all.map((name) => [name, process.env[name]]));
const address = "https://keycloak.corp.test/realms";

let authority: Authority;
let proxy: ForwardingProxy;
let server: Server;
const answering: RequestListener = ({ url = "", headers: { host = "" } }, response) => {
  if (url !== "/silence") response.end(`${url} of ${host}`);
};
const plain = plainServer(answering);

function setting(env: Readonly<Record<string, string>>): void {
  for (const name of all) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
}

async function failing(url: string, call: Call = {}): Promise<{ reason: string; sent: boolean }> {
  const thrown: unknown = await send(url, { patience: once, ...call }).catch((error: unknown) => error);
  if (!(thrown instanceof HttpError)) throw new Error(`no HttpError: ${String(thrown)}`);
  return { reason: thrown.reason, sent: thrown.sent };
}

beforeAll(async () => {
  authority = makeAuthority();
  server = createServer(authority.sign("keycloak.corp.test", "localhost"), answering);
  for (const one of [server, plain]) await event(one.listen(0, "127.0.0.1"), "listening");
});
beforeEach(async () => {
  const [secure, insecure] = [server, plain].map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
  proxy = await startForwardingProxy({
    "keycloak.corp.test:443": secure ?? "",
    "keycloak.corp.test:80": insecure ?? "",
  });
});
afterEach(() => proxy.close());
afterAll(() => {
  setting(
    Object.fromEntries(
      Object.entries(before).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
  );
  for (const one of [server, plain]) one.closeAllConnections();
  for (const one of [server, plain]) one.close();
  authority.remove();
});

test.each(["HTTPS_PROXY", "https_proxy"])("%s is where https goes, by a tunnel", async (name) => {
  setting({ [name]: proxy.url, SSL_CERT_FILE: authority.file });
  const answers = await Promise.all([send(address), send(address)]);
  expect(answers.map(({ text }) => text)).toEqual(Array(2).fill("/realms of keycloak.corp.test"));
  expect(proxy.asked).toEqual(Array(2).fill("CONNECT keycloak.corp.test:443"));
});

test.each(["HTTP_PROXY", "http_proxy"])("%s is where http goes, by its whole address", async (name) => {
  setting({ [name]: proxy.url });
  expect((await send("http://keycloak.corp.test/a?b=c")).text).toBe("/a?b=c of keycloak.corp.test");
  expect(proxy.asked).toEqual(["GET http://keycloak.corp.test/a?b=c"]);
});

test.each(["NO_PROXY", "no_proxy"])(
  "%s goes straight to its servers, as loopback always does",
  async (name) => {
    setting({
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      SSL_CERT_FILE: authority.file,
      [name]: "corp.test",
    });
    expect((await failing(address)).reason).toMatch(/^ENOTFOUND|^EAI_AGAIN/);
    expect((await send(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/x`)).text).toMatch(
      /^\/x of/,
    );
    expect((await send(`https://localhost:${(server.address() as AddressInfo).port}/x`)).text).toMatch(
      /^\/x of/,
    );
    expect(proxy.asked).toEqual([]);
  },
);

test("a request with no credentials for the proxy, or others, is told what to write", async () => {
  proxy.credentials = "ci:p@ss";
  const { host } = new URL(proxy.url);
  const env = { SSL_CERT_FILE: authority.file };
  const reason = (name: string) =>
    `407 from the proxy ${proxy.url} of ${name}: it asks for other credentials than the address has; write http://user:password@${host} into ${name}`;
  setting({ ...env, HTTPS_PROXY: proxy.url, http_proxy: proxy.url });
  expect(await failing(address, { method: "POST" })).toEqual({ reason: reason("HTTPS_PROXY"), sent: false });
  expect(await failing("http://keycloak.corp.test")).toEqual({ reason: reason("http_proxy"), sent: false });
  setting({ ...env, HTTPS_PROXY: `http://ci:wrong@${host}` });
  expect(await failing(address)).toEqual({ reason: reason("HTTPS_PROXY"), sent: false });
});

test.each([
  ["http://ci:p%40ss@", "ci:p@ss"],
  ["http://ci@", "ci:"],
  ["http://:token@", ":token"],
])("the credentials of %s are %s", async (scheme, credentials) => {
  proxy.credentials = credentials;
  const at = proxy.url.replace("http://", scheme);
  setting({ SSL_CERT_FILE: authority.file, HTTPS_PROXY: at, HTTP_PROXY: at });
  expect((await send(address)).status).toBe(200);
  expect((await send("http://keycloak.corp.test")).status).toBe(200);
});

test("a proxy that speaks TLS itself opens a tunnel to servers without it, too", async () => {
  const secure = await startForwardingProxy(Object.fromEntries(proxy.names), authority.sign("localhost"));
  setting({ SSL_CERT_FILE: authority.file, HTTPS_PROXY: secure.url, HTTP_PROXY: secure.url });
  expect((await send(address)).status).toBe(200);
  expect((await send("http://keycloak.corp.test")).status).toBe(200);
  expect(secure.asked).toEqual(["CONNECT keycloak.corp.test:443", "CONNECT keycloak.corp.test:80"]);
  secure.credentials = "ci:p@ss";
  setting({ SSL_CERT_FILE: authority.file, HTTPS_PROXY: secure.url });
  const { reason } = await failing("https://other.corp.test");
  await secure.close();
  expect(reason).toContain(`write https://user:password@${new URL(secure.url).host} into HTTPS_PROXY`);
});

test.each<[string, string, Call["method"]]>([
  ["407", address, "POST"],
  ["407", "http://keycloak.corp.test", "GET"],
  ["403", address, "POST"],
])("%s of the proxy for %s is final: %s is not tried again", async (status, url, method = "GET") => {
  if (status === "407") proxy.credentials = "ci:p@ss";
  else proxy.forbidden.add("keycloak.corp.test:443");
  const at = proxy.url.replace("://", "://ci:wrong@");
  setting({ HTTPS_PROXY: at, HTTP_PROXY: at, SSL_CERT_FILE: authority.file });
  const patience = { attempts: 3, first: 1, longest: 1 };
  expect((await failing(url, { method, patience, mayRepeat: () => true })).reason).toMatch(status);
  expect(proxy.asked).toHaveLength(1);
});

test.each(["http", "https"])(
  "at most eight requests of %s are under way at once through it, too",
  async (scheme) => {
    setting({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, SSL_CERT_FILE: authority.file });
    const life = new AbortController();
    const silent = () => send(`${scheme}://keycloak.corp.test/silence`, { signal: life.signal });
    const all = Array.from({ length: 20 }, silent);
    while (proxy.asked.length < 8) await wait(20);
    await wait(100);
    expect(proxy.asked).toHaveLength(8);
    life.abort(new Error("enough"));
    await expect(Promise.any(all)).rejects.toThrow();
  },
);

test("a proxy that is down, or does not know the server, is named", async () => {
  setting({ HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authority.file });
  expect(await failing("https://other.corp.test", { method: "POST" })).toEqual({
    reason: `502 from the proxy ${proxy.url} of HTTPS_PROXY: it does not connect to other.corp.test; ask whoever runs it, or name the server in NO_PROXY`,
    sent: false,
  });
  await proxy.close();
  expect(await failing(address)).toEqual({
    reason: `ECONNREFUSED through the proxy ${proxy.url} of HTTPS_PROXY`,
    sent: false,
  });
  proxy = await startForwardingProxy();
});

test("a name that nobody knows, and an address that is no proxy's", async () => {
  setting({});
  const unknown =
    "this machine knows no such name; where a proxy does, set HTTPS_PROXY (HTTP_PROXY for http)";
  expect((await failing("https://keycloak.invalid")).reason).toBe(`ENOTFOUND: ${unknown}`);
  setting({ HTTPS_PROXY: "socks5://user:secret@proxy.corp.test:1080" });
  const { reason, sent } = await failing(address);
  expect(reason).toMatch(/^HTTPS_PROXY: found "socks5:\/\/…", which is no proxy/);
  expect(sent).toBe(false);
});

test("without the authority a certificate is refused, whatever Node is told, and the error says where to write it", async () => {
  setting({ HTTPS_PROXY: proxy.url });
  // What Jest calls the environment is a copy, which Node's TLS does not read.
  const script = `require("./packages/http").send("${address}", { method: "POST" }).then(
    () => console.log('"sent"'), ({ reason, sent }) => console.log(JSON.stringify({ reason, sent })))`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--require", "./toolchain/compiled.cjs", "--eval", script],
    { cwd: join(__dirname, "../.."), env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" } },
  );
  expect(JSON.parse(stdout)).toEqual({
    reason:
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE: its certificate is signed by nobody whom this machine trusts; write the certificate authority of your network, as PEM, into a file that SSL_CERT_FILE names (docs/guide/networks.md)",
    sent: false,
  });
});
