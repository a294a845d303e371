/**
 * Maven reads no variable that names a proxy: Java has properties for that, which are made here of what the other programs
 * read. Whoever has written a proxy into Maven's own settings or MAVEN_OPTS keeps that one.
 */
import { proxyFor } from "@bitbucket-keycloak/http";
import { variable } from "../access/environment";

/** No list names it: what a list names, Maven is given as a list of its own. */
const anyServer = new URL("https://any.invalid");

/**
 * The environment for Maven. Left to `~/.m2/settings.xml` are a proxy with a password, since properties are arguments,
 * which everybody on the machine can read, and one that speaks TLS itself, for which Java has no property.
 */
export function mavenEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { MAVEN_OPTS: own = "" } = env;
  const proxy = proxyFor(anyServer, env)?.url;
  if (proxy?.protocol !== "http:" || proxy.username + proxy.password !== "" || own.includes("proxyHost"))
    return env;
  const direct = (env[variable.noProxy] || env[variable.noProxy.toLowerCase()] || "")
    .split(",")
    .flatMap(patternsOf);
  const properties = {
    "https.proxyHost": proxy.hostname,
    "https.proxyPort": proxy.port || "80",
    "http.nonProxyHosts": ["localhost", "127.*", "[::1]", ...direct].join("|"),
    // Maven 3.9 and later look at properties only where they are told to.
    "aether.connector.http.useSystemProperties": "true",
  };
  const options = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  return { ...env, MAVEN_OPTS: [own, ...options].filter(Boolean).join(" ") };
}

/** A name with what is below it, as Java writes patterns; ranges have no such form. */
function patternsOf(entry: string): string[] {
  const name = entry.trim().replace(/:\d+$/, "");
  if (!/^[\w.*-]+$/.test(name)) return [];
  if (name.startsWith(".")) return [`*${name}`];
  return name.startsWith("*") ? [name] : [name, `*.${name}`];
}
