/** How this process is connected: the one place that knows of connections, certificates and (later) proxies. */
import type { Agent, request } from "undici";

/** How many requests to one server may be under way at once. */
const connections = 8;

interface Connected {
  readonly request: typeof request;
  readonly dispatcher: Agent;
}

let made: Promise<Connected> | undefined;

/**
 * Connections that all requests of this process share. They stay open for a while, and let a process end. Made with the
 * first request: the program and the plugins of a preview send none, and loading the library takes a twentieth of a second.
 */
export function connected(): Promise<Connected> {
  return (made ??= connect());
}

async function connect(): Promise<Connected> {
  const undici = await import("undici");
  const dispatcher = new undici.Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: most of these carry a credential.
    connect: { timeout: 10_000, rejectUnauthorized: true },
  });
  return { request: undici.request, dispatcher };
}
