/** How this process is connected: the one place that knows of connections, certificates and proxies. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type * as Undici from "undici";
import {
  authorityOf,
  type Environment,
  type Found,
  NetworkProblem,
  type Proxy,
  proxyFor,
  proxyProblems,
} from "./network";

/** How many requests to one server may be under way at once. */
const connections = 8;
/** Milliseconds for a connection, and for a proxy's answer to the wish for one. */
const patience = 10_000;

interface Connected {
  readonly request: typeof Undici.request;
  readonly dispatcher: Undici.Dispatcher;
  /** Between here and the server; undefined where there is none. */
  readonly proxy: Proxy | undefined;
}

const made = new Map<string, Undici.Dispatcher>();

/**
 * The connections that a request goes by: all requests of this process share them. They stay open for a while, and let a
 * process end. Made with the first request: the program and the plugins of a preview send none, and loading the library
 * takes a twentieth of a second.
 *
 * @throws NetworkProblem where the environment names a proxy or an authority that cannot be used
 */
export async function connected(url: URL, env: Environment = process.env): Promise<Connected> {
  const proxy = proxyFor(url, env);
  const isSecure = [url, proxy?.url].some((one) => one?.protocol === "https:");
  const authority = isSecure ? authorityOf(env) : undefined;
  const undici = await import("undici");
  const key = JSON.stringify([proxy?.url.href, authority]);
  const dispatcher = made.get(key) ?? dispatcherOf(undici, proxy, authority);
  made.set(key, dispatcher);
  return { request: undici.request, dispatcher, proxy };
}

function dispatcherOf(
  { Agent, Pool, ProxyAgent }: typeof Undici,
  proxy: Proxy | undefined,
  authority: Found | undefined,
): Undici.Dispatcher {
  const connect = {
    timeout: patience,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: most of these carry a credential.
    rejectUnauthorized: true,
    ...(authority !== undefined && { secureContext: trusting(authority) }),
  };
  const options = { connections, pipelining: 1, keepAliveTimeout: 30_000 };
  if (proxy === undefined) return new Agent({ ...options, connect });
  const { username, password, origin } = proxy.url;
  const credentials = [username, password].map(decodeURIComponent).join(":");
  return new ProxyAgent({
    ...options,
    uri: origin,
    ...(credentials !== ":" && { token: `Basic ${Buffer.from(credentials).toString("base64")}` }),
    // To a server without TLS as every proxy knows it, and not by a tunnel, which many open to port 443 alone. A proxy
    // that speaks TLS itself (`https:`) is asked for a tunnel all the same: undici has nothing else for it.
    proxyTunnel: false,
    requestTls: connect,
    proxyTls: connect,
    clientFactory: (to, more) => new Pool(to, { ...more, headersTimeout: patience }),
    factory: (to, more: object) => new Pool(to, { ...more, ...options }),
  });
}

/** Node's own authorities and those of a file, read once: it holds perhaps a hundred. */
function trusting(authority: Found): SecureContext {
  const text = authorityIn(authority);
  return createSecureContext({ ca: [...getCACertificates("default"), text] });
}

/** Everything in the environment that some part of this project would pass over in silence, one sentence each. */
export function networkProblems(env: Environment): string[] {
  const authority = authorityOf(env);
  try {
    if (authority) authorityIn(authority);
    return proxyProblems(env);
  } catch (error) {
    return [...proxyProblems(env), (error as Error).message];
  }
}

/** @throws NetworkProblem where the file cannot be read, or holds no certificate, or one that is damaged */
function authorityIn({ variable, value: file }: Found): string {
  const problem = (what: string) => new NetworkProblem(`${variable}: found ${file}, ${what}, or unset it`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "no file";
    throw problem(`which cannot be read (${code}); name a file of certificates as PEM`);
  }
  const all = text.match(/-----BEGIN CERTIFICATE-----.*?(-----END CERTIFICATE-----|$)/gs) ?? [];
  if (all.length === 0)
    throw problem(
      "which holds no certificate as PEM; name a file that begins with -----BEGIN CERTIFICATE-----",
    );
  const damaged = all.findIndex((pem) => !isCertificate(pem));
  if (damaged < 0) return all.join("\n");
  throw problem(`whose certificate ${damaged + 1} of ${all.length} is damaged; export it anew as PEM`);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== "";
  } catch {
    return false;
  }
}
