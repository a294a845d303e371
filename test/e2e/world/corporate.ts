/**
 * A company's network as far as programs feel it: servers by names that only a proxy knows, all of them behind TLS whose
 * authority is the company's own.
 */
import { once } from "node:events";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { makeAuthority, type Authority } from "@bitbucket-keycloak/http/testing/authority";
import { startForwardingProxy, type ForwardingProxy } from "@bitbucket-keycloak/http/testing/proxy";

export class CorporateNetwork {
  private readonly fronts: Server[] = [];
  private readonly authority: Authority = makeAuthority();

  private constructor(
    readonly proxy: ForwardingProxy,
    private readonly names: readonly string[],
  ) {}

  /** @param names of the servers that {@link front} is handed, in that order */
  static async start(...names: readonly string[]): Promise<CorporateNetwork> {
    return new CorporateNetwork(await startForwardingProxy(), names);
  }

  /** The file with the certificate of its authority. */
  get file(): string {
    return this.authority.file;
  }

  /** Puts TLS before a server of this machine, under the next name; gives the address that it now has. */
  readonly front = async (server: string): Promise<string> => {
    const name = this.names[this.fronts.length] ?? "";
    const { hostname, port } = new URL(server);
    const front = createServer(this.authority.sign(name), (incoming, answer) => {
      const { method, url: path, headers } = incoming;
      const passed = request({ hostname, port, method, path, headers }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      incoming.pipe(passed);
    });
    this.fronts.push(front);
    await once(front.listen(0, "127.0.0.1"), "listening");
    this.proxy.names.set(`${name}:443`, `127.0.0.1:${(front.address() as AddressInfo).port}`);
    return `https://${name}`;
  };

  async stop(): Promise<void> {
    for (const front of this.fronts) {
      front.close();
      front.closeAllConnections();
    }
    await this.proxy.close();
    this.authority.remove();
  }
}
