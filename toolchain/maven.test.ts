import { mavenEnvironment } from "./maven";

const usual = "-Daether.connector.http.useSystemProperties=true";

test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ["no proxy", { NO_PROXY: "a" }, undefined],
  [
    "a proxy",
    { https_proxy: "http://proxy.corp.test:3128" },
    `-Dhttps.proxyHost=proxy.corp.test -Dhttps.proxyPort=3128 -Dhttp.nonProxyHosts=localhost|127.*|[::1] ${usual}`,
  ],
  [
    "a list, and options of Maven",
    { HTTPS_PROXY: "proxy", NO_PROXY: "corp.test, .acme.test,*.x.test:443,10.0.0.0/8", MAVEN_OPTS: "-Xmx1g" },
    `-Xmx1g -Dhttps.proxyHost=proxy -Dhttps.proxyPort=80 -Dhttp.nonProxyHosts=localhost|127.*|[::1]|corp.test|*.corp.test|*.acme.test|*.x.test ${usual}`,
  ],
  ["a list of everything", { HTTPS_PROXY: "proxy", no_proxy: "*" }, undefined],
  ["a proxy with a password, which no argument may hold", { HTTPS_PROXY: "http://u:p@proxy" }, undefined],
  ["a proxy with a password alone", { HTTPS_PROXY: "http://:p@proxy" }, undefined],
  [
    "a proxy that speaks TLS, which Java's properties cannot say",
    { HTTPS_PROXY: "https://proxy" },
    undefined,
  ],
  [
    "a proxy that Maven is told of",
    { HTTPS_PROXY: "a", MAVEN_OPTS: "-Dhttps.proxyHost=b" },
    "-Dhttps.proxyHost=b",
  ],
])("Maven with %s", (_, env, options) => {
  expect(mavenEnvironment(env)).toEqual(options === undefined ? env : { ...env, MAVEN_OPTS: options });
});
