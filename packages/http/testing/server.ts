/** A server that answers as a test says, and remembers what it was asked. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** `reset`: the connection ends without an answer; `silence`: nothing comes. */
export type Reply = "reset" | "silence" | { status: number; headers?: Record<string, string>; body?: string };

export interface Server {
  readonly url: string;
  readonly asked: Asked[];
  /** By the number of the request, from 1. */
  reply: (asked: Asked, count: number) => Reply;
  close(): Promise<void>;
}

export async function startServer(reply: Server["reply"] = () => ({ status: 200 })): Promise<Server> {
  const asked: Asked[] = [];
  const http = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, path: url, headers, body });
      const answer = server.reply(asked.at(-1)!, asked.length); // eslint-disable-line @typescript-eslint/no-non-null-assertion
      if (answer === "silence") return;
      if (answer === "reset") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    reply,
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return server;
}
