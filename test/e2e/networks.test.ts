/**
 * A stack comes up in a company's network: the proxy alone knows the names of Keycloak and Bitbucket, and both stand behind
 * the company's own certificate authority. The real engine is started as people do who use no command of ours.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../commands/verify/verify";
import { pulumi } from "../../engine/engine";
import { acmeSeed } from "../../toolchain/acme";
import { root } from "../../toolchain/places";
import { World } from "./world";
import { CorporateNetwork } from "./world/corporate";
import { sharedWorld } from "./world/shared";

jest.setTimeout(300_000);

const names = ["keycloak.corp.test", "bitbucket.corp.test"] as const;
const unset = {
  HTTP_PROXY: "",
  HTTPS_PROXY: "",
  NO_PROXY: "",
  http_proxy: "",
  https_proxy: "",
  no_proxy: "",
};
/** Nothing of the machine's own counts. */
const bare = { ...unset, no_grpc_proxy: "", SSL_CERT_FILE: "", NODE_EXTRA_CA_CERTS: "" };

let network: CorporateNetwork;
let world: World;

/** The environment of one run: nothing but this of a network. */
function inNetwork(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  network.proxy.asked.length = 0;
  network.proxy.credentials = undefined;
  return Object.assign(world.env, bare, env);
}

/** Where requests went, each server once. */
const asked = () => [...new Set(network.proxy.asked)].sort();
const tunnels = [...names].map((name) => `CONNECT ${name}:443`).sort();

/** What a preview says that must fail. */
async function failing(env: Readonly<Record<string, string>>): Promise<string> {
  const engine = { command: sharedWorld().toolchain.pulumi, cwd: world.folder, env: inNetwork(env) };
  return pulumi(engine, ["preview", "--stack", "local", "--json"]).then(
    () => "succeeded",
    (error: unknown) => (error as Error).message,
  );
}

beforeAll(async () => {
  network = await CorporateNetwork.start(...names);
  world = await World.start({
    access: readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8").replace(
      /( {2}release-bot:\n)/,
      `$1    jwks: "https://release-bot.acme.example/jwks.json"\n`,
    ),
    seed: (administratorToken) => acmeSeed({ administratorToken }),
    settings: { "lifetimes.accessToken": "6 seconds" },
    front: network.front,
    env: bare,
  });
});

afterAll(async () => {
  await world.stop();
  await network.stop();
});

test("a proxy in small letters and the authority in one file bring it up, by a plain pulumi up", async () => {
  inNetwork({ https_proxy: network.proxy.url, SSL_CERT_FILE: network.file });
  expect(await world.up()).toMatch(/\+ \d+ created/);
  expect(asked()).toEqual(tunnels);
});

test("in capitals it is the same, and nothing changes", async () => {
  inNetwork({ HTTPS_PROXY: network.proxy.url, SSL_CERT_FILE: network.file });
  expect(await world.pulumi("preview", "--stack", "local", "--expect-no-changes")).toMatchObject({ code: 0 });
  expect(asked()).toEqual(["CONNECT keycloak.corp.test:443"]);
});

test("verify's own relying party goes there, too", async () => {
  // What a company tells its Keycloak of its name.
  await world.keycloak("PUT", `/${world.realm}`, { attributes: { frontendUrl: `https://${names[0]}` } });
  const env = inNetwork({ HTTPS_PROXY: network.proxy.url, SSL_CERT_FILE: network.file });
  const before = { ...process.env };
  Object.assign(process.env, unset, { https_proxy: network.proxy.url, SSL_CERT_FILE: network.file });
  try {
    const { checks } = await verify("local", env, {}, world.folder);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  } finally {
    for (const name of [...Object.keys(unset), "SSL_CERT_FILE"]) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
  expect(asked()).toContain("CONNECT keycloak.corp.test:443");
});

test("without the authority the error names it: the program's first, Go's where Node has another file", async () => {
  const said =
    "write the certificate authority of your network, as PEM, into a file that SSL_CERT_FILE names";
  const own = await failing({ HTTPS_PROXY: network.proxy.url });
  expect(own).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  expect(own).toContain(said);
  const ofGo = await failing({ HTTPS_PROXY: network.proxy.url, NODE_EXTRA_CA_CERTS: network.file });
  expect(ofGo).toMatch(/x509: certificate signed by unknown authority/);
  expect(ofGo).toContain(said);
});

test.each<[string, () => Readonly<Record<string, string>>, RegExp]>([
  ["a server in NO_PROXY", () => ({ HTTPS_PROXY: network.proxy.url, no_proxy: "corp.test" }), /ENOTFOUND/],
  [
    "no SOCKS",
    () => ({ https_proxy: "socks5://127.0.0.1:1" }),
    /https_proxy: found "socks5:\/\/127\.0\.0\.1:1"/,
  ],
  [
    "a proxy that is down",
    () => ({ HTTPS_PROXY: "http://127.0.0.1:1" }),
    /ECONNREFUSED through the proxy http:\/\/127\.0\.0\.1:1 of HTTPS_PROXY/,
  ],
])("with %s the error says so", async (_, env, said) => {
  expect(await failing({ ...env(), SSL_CERT_FILE: network.file })).toMatch(said);
  expect(asked()).toEqual([]);
});

test("a proxy gets the credentials of its address, and asks for them where it has none", async () => {
  const env = { SSL_CERT_FILE: network.file, HTTPS_PROXY: network.proxy.url };
  const { host } = new URL(network.proxy.url);
  inNetwork({ ...env, HTTPS_PROXY: `http://ci:secret-of-ci@${host}` });
  network.proxy.credentials = "ci:secret-of-ci";
  const { code, text } = await world.pulumi("preview", "--stack", "local");
  expect([code, text.includes("secret-of-ci")]).toEqual([0, false]);
  inNetwork(env);
  network.proxy.credentials = "ci:secret-of-ci";
  expect((await world.pulumi("preview", "--stack", "local")).text).toContain(
    `407 from the proxy ${network.proxy.url} of HTTPS_PROXY`,
  );
});
