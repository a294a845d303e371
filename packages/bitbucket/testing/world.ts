/**
 * A few of Bitbucket's lists, in memory, for tests of this room: enough to see what the provider asks and in which
 * order, with faults at chosen requests. It is no emulator; it knows neither rights nor plans.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Item = Record<string, unknown>;
/** `lose`: it takes effect, and the connection breaks before the answer. */
export type Fault = number | { readonly status: number; readonly body: unknown } | "reset" | "lose";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}
/** An answer that need not be JSON. */
export interface Raw {
  readonly status: number;
  readonly text: string;
}
/** What a request was. */
export interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly raw: string;
}

export interface TestServer {
  readonly url: string;
  /** Lists by their path: `/2.0/repositories/acme/web/environments`. A list that is not here answers 404. */
  readonly lists: Map<string, Item[]>;
  /** Requests, as `GET /2.0/…`, without the query. */
  readonly log: string[];
  /** Bodies of the requests that had one, in order. */
  readonly bodies: unknown[];
  /** Queries of the GETs. */
  readonly queries: string[];
  readonly authorizations: Set<string | undefined>;
  /** Connections that were opened. */
  connections: number;
  /** Longest number of requests under way at once. */
  busiest: number;
  /** Decides about each request; undefined lets it pass. */
  fault: (request: string, count: number) => Fault | undefined | Promise<Fault | undefined>;
  /** Where an answer leads that is a 301. */
  location: string;
  /** What is sent instead of an answer; the answer itself unless set. */
  reply: (answer: Answer, request: Asked) => Answer | Raw;
  /** What an environment shows after a change was accepted; the change unless set. */
  onChange: (environment: Item, change: Item) => void;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  let underWay = 0;
  const server: TestServer = {
    url: "",
    lists: new Map(),
    log: [],
    bodies: [],
    queries: [],
    authorizations: new Set(),
    connections: 0,
    busiest: 0,
    fault: () => undefined,
    location: "",
    reply: (answer) => answer,
    onChange: (environment, change) => Object.assign(environment, change),
    close: async () => { http.closeAllConnections(); http.close(); await once(http, "close"); }, // prettier-ignore
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    server.busiest = Math.max(server.busiest, ++underWay);
    response.once("close", () => underWay--);
    const url = new URL(request.url ?? "", server.url);
    const path = decodeURIComponent(url.pathname);
    const method = request.method ?? "";
    const raw = await text(request);
    const isForm = request.headers["content-type"] === "application/x-www-form-urlencoded";
    const body =
      raw === ""
        ? undefined
        : isForm
          ? Object.fromEntries(new URLSearchParams(raw))
          : (JSON.parse(raw) as Item);
    server.log.push(`${method} ${path}`);
    server.authorizations.add(request.headers.authorization);
    if (body) server.bodies.push(body);
    if (method === "GET") server.queries.push(url.search);

    const fault = await server.fault(`${method} ${path}`, server.log.length);
    if (fault === "reset") return void request.socket.destroy();
    const faulty =
      typeof fault === "number"
        ? { status: fault, body: { type: "error", error: { message: `fault ${fault}.` } } }
        : fault;
    const answer =
      faulty !== undefined && faulty !== "lose" ? faulty : answerTo(server, method, path, url, body);
    if (fault === "lose") return void request.socket.destroy();
    const sent = server.reply(answer, { url, headers: request.headers, raw });
    const location = sent.status === 301 ? { location: server.location } : {};
    response.writeHead(sent.status, { "content-type": "application/json", ...location });
    if ("text" in sent) response.end(sent.text);
    else response.end(sent.body === undefined ? undefined : JSON.stringify(sent.body));
  };
  const http = createServer((request, response) => void handle(request, response));
  http.on("connection", () => server.connections++);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return Object.assign(server, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
}

function answerTo(
  server: TestServer,
  method: string,
  path: string,
  url: URL,
  body: Item | undefined,
): Answer {
  const list = server.lists.get(path);
  if (list && method === "GET")
    return { status: 200, body: path.startsWith("/1.0/") ? list : page(list, url) };
  if (list && method === "POST") return post(path, list, body ?? {});

  const change = /^(.*)\/(\{[^}]*\})\/changes$/.exec(path);
  const [parent, key] = change
    ? [change[1] ?? "", change[2] ?? ""]
    : [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
  const siblings = server.lists.get(parent);
  const index = siblings?.findIndex((item) => keysOf(item).includes(key)) ?? -1;
  if (siblings === undefined || (index < 0 && method !== "PUT")) return notFound;
  if (change) {
    server.onChange(siblings[index] ?? {}, shown(body?.change as Item));
    return { status: 202 };
  }
  if (method === "GET") return { status: 200, body: siblings[index] };
  if (method === "DELETE") {
    siblings.splice(index, 1);
    return { status: 204 };
  }
  const item = { ...(siblings[index] ?? whoOf(parent, key)), ...shown(body ?? {}) };
  siblings.splice(index < 0 ? siblings.length : index, 1, item);
  return { status: 200, body: item };
}

const notFound: Answer = { status: 404, body: { type: "error", error: { message: "Not found." } } };

let serial = 0;

function post(path: string, list: Item[], body: Item): Answer {
  const name = (body.key ?? body.name) as string | undefined;
  if (name !== undefined && list.some((item) => keysOf(item).includes(name))) {
    return {
      status: 409,
      body: { type: "error", error: { message: `There is a ${name} already.` } },
    };
  }
  const count = ++serial;
  const item = path.startsWith("/1.0/")
    ? { ...body, slug: String(body.name).toLowerCase().replaceAll(" ", "-") }
    : { ...shown(body), id: count, uuid: `{00000000-0000-4000-8000-${String(count).padStart(12, "0")}}` };
  list.push(item);
  return { status: 201, body: item };
}

/** A secured value never comes back. */
function shown(body: Item): Item {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== "value" || body.secured !== true));
}

function whoOf(parent: string, key: string): Item {
  if (parent.endsWith("/members")) return { uuid: key };
  return parent.endsWith("/groups") ? { group: { slug: key } } : { user: { uuid: key } };
}

function keysOf(item: Item): string[] {
  const { group, user } = item as { group?: { slug: string }; user?: { uuid: string } };
  return [item.id, item.uuid, item.slug, item.key, item.name, group?.slug, user?.uuid].map(String);
}

function page(list: Item[], url: URL): Item {
  const [size, number] = [
    Number(url.searchParams.get("pagelen") ?? 10),
    Number(url.searchParams.get("page") ?? 1),
  ];
  const values = list.slice((number - 1) * size, number * size);
  const next = new URL(url);
  next.searchParams.set("page", String(number + 1));
  return { values, ...(number * size < list.length && { next: next.href }) };
}
