/** As much of an HTTP server as playing Keycloak takes. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>>;
  readonly authorization: string;
}

export interface Answered {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly location?: string;
}

export const said = (json: unknown, status = 200): Answered => ({ status, json });
export const page = (text: string, status = 200): Answered => ({ status, text });
export const sent = (location: string): Answered => ({ status: 302, location });
export const refused = (status: number, error: string, about: string): Answered =>
  said({ error, error_description: about }, status);
export const done: Answered = { status: 204 };

/** A server for all tests of one file. */
export interface Played {
  readonly url: string;
  /** Of the test that runs. */
  readonly asked: readonly Asked[];
  /** What it answers, in the test that runs. */
  answer: (asked: Asked) => Answered;
}

/** @param usual what it answers at the beginning of each test */
export function played(usual: Played["answer"]): Played {
  const its = { url: "", asked: [] as Asked[], answer: usual };
  let server: Server;
  beforeAll(async () => {
    ({ url: its.url, server } = await listen((request) => {
      its.asked.push(request);
      return its.answer(request);
    }));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    its.asked = [];
    its.answer = usual;
  });
  return its;
}

/** Listens on a free port of this machine. */
export async function listen(answer: (asked: Asked) => Answered): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes: Buffer) => (body += bytes.toString()));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
      const isJson = request.headers["content-type"]?.includes("json") ?? false;
      const { status, json, text, location } = answered(answer, {
        method: request.method ?? "",
        path: decodeURIComponent(pathname),
        query: Object.fromEntries(searchParams),
        form: isJson ? {} : Object.fromEntries(new URLSearchParams(body)),
        json: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
        authorization: request.headers.authorization ?? "",
      });
      response.writeHead(status, {
        ...(location !== undefined && { location }),
        "content-type": json === undefined ? "text/html" : "application/json",
      });
      response.end(json === undefined ? text : JSON.stringify(json));
    });
  });
  // A connection that rests is not closed under who takes it up again: on a busy machine it rests for long.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** What is not played is said in the answer: it ends up in what a check has found. */
function answered(answer: (asked: Asked) => Answered, asked: Asked): Answered {
  try {
    return answer(asked);
  } catch (error) {
    return page(String(error), 500);
  }
}
