import { type Environment, networkFor, proxyFor, proxyProblems } from "./network";

const https = new URL("https://keycloak.corp.test");
const http = new URL("http://keycloak.corp.test");

const none: readonly undefined[] = [undefined, undefined];

test.each<[string, Environment, URL, readonly (string | undefined)[]]>([
  ["nothing set", {}, https, none],
  ["in capitals", { HTTPS_PROXY: "http://a:1" }, https, ["http://a:1/", "HTTPS_PROXY"]],
  ["in small letters", { https_proxy: "http://a:1" }, https, ["http://a:1/", "https_proxy"]],
  [
    "in both, as Go has it",
    { https_proxy: "http://b:2", HTTPS_PROXY: "http://a:1" },
    https,
    ["http://a:1/", "HTTPS_PROXY"],
  ],
  [
    "one that is empty",
    { https_proxy: "http://b:2", HTTPS_PROXY: "" },
    https,
    ["http://b:2/", "https_proxy"],
  ],
  ["a host alone", { HTTPS_PROXY: "a:3128" }, https, ["http://a:3128/", "HTTPS_PROXY"]],
  ["with credentials", { HTTPS_PROXY: "u:p@a:1" }, https, ["http://u:p@a:1/", "HTTPS_PROXY"]],
  ["one that speaks TLS", { HTTPS_PROXY: "https://a" }, https, ["https://a/", "HTTPS_PROXY"]],
  ["that of http, for https", { HTTP_PROXY: "http://a:1" }, https, none],
  ["that of https, for http", { HTTPS_PROXY: "http://a:1" }, http, none],
  ["that of http, for http", { http_proxy: "http://a:1" }, http, ["http://a:1/", "http_proxy"]],
  ["NO_PROXY", { HTTPS_PROXY: "http://a:1", NO_PROXY: "corp.test" }, https, none],
  ["no_proxy", { HTTPS_PROXY: "http://a:1", no_proxy: "corp.test" }, https, none],
  ["ALL_PROXY, which Go does not read", { ALL_PROXY: "http://a:1" }, https, none],
])("the proxy with %s", (_, env, url, found) => {
  const proxy = proxyFor(url, env);
  expect([proxy?.url.href, proxy?.variable]).toEqual(found);
});

const write =
  "which is no proxy that requests can take; write http://host:port or https://host:port, with user:password@ before the host where it asks for them, and special characters there as codes of UTF-8 (@ is %40)";

test.each<[Environment, string[]]>([
  [{}, []],
  [{ HTTPS_PROXY: "http://a:1/", NO_PROXY: "x" }, []],
  [{ HTTPS_PROXY: "socks5://a:1080" }, [`HTTPS_PROXY: found "socks5://a:1080", ${write}`]],
  [{ http_proxy: "http://user:secret@a:port" }, [`http_proxy: found "http://…", ${write}`]],
  [{ http_proxy: "user:secret@a:port" }, [`http_proxy: found "…", ${write}`]],
  [{ http_proxy: "socks5://token@a" }, [`http_proxy: found "socks5://…", ${write}`]],
  [{ http_proxy: "http://user:secret%40a:1" }, [`http_proxy: found "http://…", ${write}`]],
  [{ http_proxy: "a.test:3128:user:secret" }, [`http_proxy: found "a.test…", ${write}`]],
  [{ http_proxy: "http://a.test:secret" }, [`http_proxy: found "http://a.test…", ${write}`]],
  [{ http_proxy: "http://a.test/?user=secret" }, [`http_proxy: found "http://a.test…", ${write}`]],
  [{ HTTPS_PROXY: "http://a:1/proxy.pac" }, [`HTTPS_PROXY: found "http://a…", ${write}`]],
  [
    { HTTPS_PROXY: "ftp://a", HTTP_PROXY: "http://" },
    [`HTTP_PROXY: found "http://", ${write}`, `HTTPS_PROXY: found "ftp://a", ${write}`],
  ],
  [
    { NO_PROXY: "a", no_proxy: "b" },
    [
      "NO_PROXY and no_proxy: found two values, of which each program takes another; write the same into both, or unset one",
    ],
  ],
  [{ http_proxy: "http://user:100%@a:1" }, [`http_proxy: found "http://…", ${write}`]],
  [{ http_proxy: "http://user:p%E4ss@a:1" }, [`http_proxy: found "http://…", ${write}`]],
  [{ http_proxy: "http://%C3:%A4@a:1" }, [`http_proxy: found "http://…", ${write}`]],
  [{ http_proxy: "http://user:p%C3%A4ss@a:1" }, []],
  [{ NO_PROXY: "a", no_proxy: "a", https_proxy: "http://a:1", HTTPS_PROXY: "http://a:1" }, []],
])("what is wrong with %j", (env, problems) => {
  expect(proxyProblems(env)).toEqual(problems);
});

test("one that cannot be used is refused where it would be used, and nowhere else", () => {
  const env = { HTTPS_PROXY: "socks5://a:1080" };
  expect(() => proxyFor(https, env)).toThrow(`HTTPS_PROXY: found "socks5://a:1080", ${write}`);
  expect(proxyFor(http, env)).toBeUndefined();
  expect(proxyFor(https, { ...env, NO_PROXY: "corp.test" })).toBeUndefined();
});

const local = "localhost,127.0.0.1,::1";

test.each<[string, Environment, Record<string, string>]>([
  ["nothing, where nothing is set", { PATH: "/bin" }, {}],
  [
    "nothing, where all is set",
    { NO_PROXY: "a", no_proxy: "a", SSL_CERT_FILE: "/a", NODE_EXTRA_CA_CERTS: "/b" },
    {},
  ],
  [
    "the other spelling, and loopback",
    { https_proxy: "http://a:1", NO_PROXY: "corp.test, 127.0.0.1" },
    {
      HTTPS_PROXY: "http://a:1",
      NO_PROXY: "corp.test,127.0.0.1,localhost,::1",
      no_proxy: "corp.test,127.0.0.1,localhost,::1",
    },
  ],
  [
    "a list that was empty",
    { HTTP_PROXY: "http://a:1" },
    { http_proxy: "http://a:1", NO_PROXY: local, no_proxy: local },
  ],
  [
    "every server, alone",
    { http_proxy: "b", HTTP_PROXY: "b", NO_PROXY: "a,*" },
    { NO_PROXY: "*", no_proxy: "*" },
  ],
  ["the authority, for Node", { SSL_CERT_FILE: "/a" }, { NODE_EXTRA_CA_CERTS: "/a" }],
  ["the authority, for Go", { NODE_EXTRA_CA_CERTS: "/a" }, { SSL_CERT_FILE: "/a" }],
])("a program that is started here gets %s", (_, env, more) => {
  expect(networkFor(env)).toEqual(more);
});
