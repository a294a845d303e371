/** How this process is connected: the one place that knows of connections, certificates and (later) proxies. */
import { Agent, type Dispatcher } from "undici";

/** How many requests to one server may be under way at once. */
const connections = 8;

/** Connections that all requests of this process share. They stay open for a while, and let a process end. */
export const dispatcher: Dispatcher = new Agent({
  connections,
  pipelining: 1,
  keepAliveTimeout: 30_000,
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: most of these carry a credential.
  connect: { timeout: 10_000, rejectUnauthorized: true },
});
