/**
 * A forwarding proxy as companies have them: tunnels for https, whole addresses for http, names that it alone knows, and
 * a list of what it was asked.
 */
import { once } from "node:events";
import { createServer, request as ask, type RequestListener } from "node:http";
import { createServer as secureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ForwardingProxy {
  readonly url: string;
  /** `CONNECT keycloak.corp.test:443` or `GET http://keycloak.corp.test/`, in the order in which they came. */
  readonly asked: string[];
  /** Where the names that it knows are, `host:port` of this machine by `host:port`. */
  readonly names: Map<string, string>;
  /** Tunnels that it refuses, `host:port`. */
  readonly forbidden: Set<string>;
  /** `user:password` that it asks for. Default: nothing. */
  credentials: string | undefined;
  close(): Promise<void>;
}

/** @param certificate with one, of `localhost`, it speaks TLS itself */
export async function startForwardingProxy(
  names: Readonly<Record<string, string>> = {},
  certificate?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<ForwardingProxy> {
  const sockets = new Set<Socket>();
  const admits = (header: string | undefined) =>
    proxy.credentials === undefined ||
    header === `Basic ${Buffer.from(proxy.credentials).toString("base64")}`;
  const answering: RequestListener = (request, response) => {
    const { method = "", url = "", headers } = request;
    proxy.asked.push(`${method} ${url}`);
    const whole = URL.canParse(url) ? new URL(url) : undefined;
    const at = whole && proxy.names.get(`${whole.hostname}:${whole.port || "80"}`);
    if (!admits(headers["proxy-authorization"])) return void response.writeHead(407).end();
    if (whole === undefined || at === undefined) return void response.writeHead(502).end();
    const [hostname, port] = at.split(":");
    const passed = ask({ hostname, port, method, path: `${whole.pathname}${whole.search}`, headers });
    passed.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  };
  const http = certificate ? secureServer(certificate, answering) : createServer(answering);
  http.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  http.on("connect", ({ url = "", headers }, socket: Socket) => {
    proxy.asked.push(`CONNECT ${url}`);
    const refuse = (line: string) => socket.end(`HTTP/1.1 ${line}\r\n\r\n`);
    if (!admits(headers["proxy-authorization"])) return void refuse("407 Proxy Authentication Required");
    if (proxy.forbidden.has(url)) return void refuse("403 Forbidden");
    const [hostname = "", port] = proxy.names.get(url)?.split(":") ?? [];
    if (hostname === "") return void refuse("502 Bad Gateway");
    const server = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(server).pipe(socket);
    });
    sockets.add(server.on("error", () => socket.destroy()));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const proxy: ForwardingProxy = {
    url: `${certificate ? "https://localhost" : "http://127.0.0.1"}:${(http.address() as AddressInfo).port}`,
    asked: [],
    names: new Map(Object.entries(names)),
    forbidden: new Set(),
    credentials: undefined,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, "close");
    },
  };
  return proxy;
}
