/**
 * A server in between, which sees each request and can stop one: before the server has it, or after the server has
 * done it and before the client knows. At that moment a test does what it likes to the client; then the connection ends
 * without an answer.
 */
import { once } from "node:events";
import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it passes; its path has no query. */
export interface Passing {
  readonly method: string;
  readonly path: string;
}

/** Before the request has its effect, or after. */
export type Moment = "before" | "after";

export interface Trap {
  /** Whether it is this request that is stopped; the first for which it says so. */
  readonly catches: (request: Passing) => boolean;
  readonly moment: Moment;
  readonly spring: () => Promise<void> | void;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export class Proxy {
  private trap: Trap | undefined;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server = createServer((request, response) => {
    // Who asked may be dead by now: then nobody waits for an answer.
    this.pass(request, response).catch(() => response.destroy());
  });
  /** What has passed so far. */
  passed: Passing[] = [];

  private constructor(private readonly target: URL) {}

  static async to(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target));
    // Whoever listens for its own sake does not keep a process from ending.
    proxy.server.listen(0, "127.0.0.1").unref();
    await once(proxy.server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Stops one request from now on; undefined: none. */
  set(trap: Trap | undefined): void {
    this.trap = trap;
  }

  /** Whether a trap still waits for its request. */
  get armed(): boolean {
    return this.trap !== undefined;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const request = { method: incoming.method ?? "", path: (incoming.url ?? "").split("?")[0] ?? "" };
    this.passed.push(request);
    const trap = this.trap?.catches(request) ? this.trap : undefined;
    if (trap !== undefined) this.trap = undefined;
    if (trap?.moment !== "before") {
      const { status, headers, body: answer } = await this.forward(incoming, body);
      if (trap === undefined) {
        response.writeHead(status, headers).end(answer);
        return;
      }
    }
    await trap.spring();
    response.destroy();
  }

  /** The name that the client asked for stays, since Keycloak calls itself by it. */
  private async forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { hostname, port } = this.target;
    const { method, url: path, headers } = incoming;
    const outgoing = ask({ hostname, port, method, path, headers, agent: this.agent }).end(body);
    let answer: IncomingMessage;
    try {
      [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    } catch (error) {
      // The server had closed the connection while nobody used it: it has never seen this request.
      const isStale = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET";
      if (!isStale) throw error;
      return this.forward(incoming, body);
    }
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await read(answer) };
  }
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A proxy in front of each server of a world: hand it {@link Fronts.front}. */
export class Fronts {
  // In the order in which a world starts them.
  private readonly all: Proxy[] = [];

  readonly front = async (server: string): Promise<string> => {
    const proxy = await Proxy.to(server);
    this.all.push(proxy);
    return proxy.url;
  };

  get keycloak(): Proxy {
    return this.before(0);
  }

  get bitbucket(): Proxy {
    return this.before(1);
  }

  /** How many requests have passed, to both. */
  get passed(): number {
    return this.all.reduce((total, { passed }) => total + passed.length, 0);
  }

  /** Counts from here. */
  forget(): void {
    for (const proxy of this.all) proxy.passed = [];
  }

  /** Sets a trap before both; undefined: none. */
  set(trap: Trap | undefined): void {
    for (const proxy of this.all) proxy.set(trap);
  }

  close(): void {
    for (const proxy of this.all) proxy.close();
  }

  private before(server: number): Proxy {
    const proxy = this.all[server];
    if (proxy === undefined) throw new Error("the world of these fronts has not started");
    return proxy;
  }
}
