/**
 * What a network asks of its programs, from the environment: proxies, and a certificate authority of its own. The
 * variables are those that Go reads, by Go's rules, since Pulumi and half of its plugins are Go: a name in capitals goes
 * before the same in small letters, `HTTP_PROXY` is not for https, loopback has no proxy.
 */
import { entriesOf, isDirect, loopback } from "./noProxy";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** Where it comes from, for an error. */
  readonly variable: string;
  /** With its credentials, if it has any. */
  readonly url: URL;
}

/** Something in the environment that no request can go by; the message says the variable and what to write. */
export class NetworkProblem extends Error {
  override readonly name = "NetworkProblem";
}

const pairs = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;

/** The file with your own authority, for Go, OpenSSL and the requests of this project. */
const authorityVariable = "SSL_CERT_FILE";
/** The same for Node itself, beside what Node trusts anyway. */
const nodesOwn = "NODE_EXTRA_CA_CERTS";

/** What to do where a server's certificate is signed by nobody that this machine trusts. */
export const authorityAdvice = `write the certificate authority of your network, as PEM, into a file that ${authorityVariable} names (docs/guide/networks.md)`;

/**
 * The proxy that a request takes; undefined where it goes straight to its server.
 *
 * @throws NetworkProblem where the variable that decides holds no proxy's address
 */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  const set = read(env, url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (set === undefined || isDirect(url, read(env, "NO_PROXY")?.value ?? "")) return undefined;
  return { variable: set.variable, url: addressIn(set) };
}

/** The address of a proxy without its credentials, for people. */
export function named({ url: { protocol, host }, variable }: Proxy): string {
  return `the proxy ${protocol}//${host} of ${variable}`;
}

/** What is wrong with the proxies in the environment, one sentence each. */
export function proxyProblems(env: Environment): string[] {
  return pairs.flatMap((name) => {
    const set = read(env, name);
    const [upper, lower] = [env[name], env[name.toLowerCase()]];
    const differ = upper && lower && upper !== lower;
    const doubled = differ
      ? `${name} and ${name.toLowerCase()}: found two values, of which each program takes another; write the same into both, or unset one`
      : undefined;
    return [doubled, set && name !== "NO_PROXY" ? problemIn(set) : undefined].filter(
      (problem) => problem !== undefined,
    );
  });
}

/**
 * The environment of the programs that this one starts, so that one spelling and one file will do for all of them: both
 * spellings, both names of the authority's file, and no proxy before this machine's own servers.
 *
 * @returns what differs from `env`
 */
export function networkFor(env: Environment): Record<string, string> {
  const isProxied = read(env, "HTTP_PROXY") !== undefined || read(env, "HTTPS_PROXY") !== undefined;
  const set = pairs.flatMap((name): [string, string][] => {
    const value = name === "NO_PROXY" && isProxied ? withLoopback(env) : read(env, name)?.value;
    if (value === undefined) return [];
    return [name, name.toLowerCase()].map((spelling) => [spelling, value]);
  });
  const authority = authorityOf(env)?.value;
  const files: [string, string][] = authority
    ? [
        [authorityVariable, authority],
        [nodesOwn, env[nodesOwn] || authority],
      ]
    : [];
  return Object.fromEntries([...set, ...files].filter(([name, value]) => env[name] !== value));
}

/** The file with your own authority, by either name. */
export function authorityOf(env: Environment): Found | undefined {
  return firstOf(env, [authorityVariable, nodesOwn]);
}

/** `*` is every server already, and means that to some programs only where it stands alone. */
function withLoopback(env: Environment): string {
  const entries = entriesOf(read(env, "NO_PROXY")?.value ?? "");
  return entries.includes("*") ? "*" : [...new Set([...entries, ...loopback])].join(",");
}

export interface Found {
  readonly variable: string;
  readonly value: string;
}

function read(env: Environment, name: (typeof pairs)[number]): Found | undefined {
  return firstOf(env, [name, name.toLowerCase()]);
}

function firstOf(env: Environment, names: readonly string[]): Found | undefined {
  const variable = names.find((name) => env[name]);
  return variable === undefined ? undefined : { variable, value: env[variable] ?? "" };
}

function addressIn(set: Found): URL {
  const problem = problemIn(set);
  if (problem !== undefined) throw new NetworkProblem(problem);
  return new URL(whole(set.value));
}

function problemIn({ variable, value }: Found): string | undefined {
  const url = URL.canParse(whole(value)) ? new URL(whole(value)) : undefined;
  if (url && /^https?:\/\/[^/?#]+\/?$/.test(whole(value)) && isDecodable(url)) return undefined;
  return `${variable}: found "${shown(value)}", which is no proxy that requests can take; write http://host:port or https://host:port, with user:password@ before the host where it asks for them, and special characters there as codes of UTF-8 (@ is %40)`;
}

/** The scheme and the host, and the port where nothing else follows: any other place may hold a password. */
function shown(value: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/is.exec(value) ?? [];
  if (/^[\w.-]*(:\d{1,5})?\/?$/.test(rest)) return value;
  return `${scheme}${/[@%]/.test(rest) ? "" : rest.replace(/[^\w.-].*/s, "")}…`;
}

/** Whether codes in the credentials are those of UTF-8. */
function isDecodable({ username, password }: URL): boolean {
  try {
    for (const text of [username, password]) decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** A host and a port alone are a proxy that speaks plain HTTP. */
function whole(value: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}
