/**
 * As much of Bitbucket Data Center as signing people in takes: the REST that its OpenID Connect configurations are set by,
 * and the two pages that a sign-in goes through. Data Center needs a licence and gigabytes; a rotation of its client's secret
 * is to be tried out without either. It is strict, and knows nothing of the programs that talk to it.
 */
import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";
import { authconfig } from "./authconfig";
import { asKept, type Configuration, type Given } from "./configuration";
import { signInPages, type Redeems } from "./signInPages";

export interface DataCenterOptions {
  /** HTTP access tokens, by what their account is. */
  readonly tokens: Readonly<Record<string, "system administrator" | "user">>;
  /** What administrators have set up; of numbers, the first is 1. */
  readonly configurations: readonly Given[];
}

export interface DataCenter {
  readonly url: string;
  /** Requests to the REST, as `PATCH /rest/authconfig/1.0/idps/1`. */
  readonly log: string[];
  /**
   * Whose client a code is redeemed by: that of the moment when the sign-in began, or that of the moment when the person
   * comes back. Atlassian does not say which. To begin with: `begun`.
   */
  redeems: Redeems;
  /** Decides about a request to the REST: a status to answer instead, `lose` an answer to what was done; undefined lets it pass. */
  fault: (request: string) => number | "lose" | undefined;
  /** Changes a configuration as somebody would in the console. */
  edit(id: number, change: Partial<Given>): void;
  /** What is kept, secrets included, which the REST never shows. */
  kept(id: number): Configuration | undefined;
  close(): Promise<void>;
}

type Writable = { -readonly [K in keyof DataCenter]: DataCenter[K] };

/** Listens on a free port of this machine; ids of configurations begin at 1, in the order given. */
export async function startDataCenter({ tokens, configurations }: DataCenterOptions): Promise<DataCenter> {
  const kept = new Map(configurations.map((given, index) => [index + 1, asKept(index + 1, given)]));
  const state: Writable = {
    url: "",
    log: [],
    redeems: "begun",
    fault: () => undefined,
    edit: (id: number, change: Partial<Given>) => {
      const was = kept.get(id);
      if (was !== undefined) kept.set(id, asKept(id, { ...was, ...change }));
    },
    kept: (id: number) => kept.get(id),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  const app = new Hono();
  app.route(
    "/rest/authconfig/1.0",
    authconfig({ kept, tokens, log: state.log, fault: (request) => state.fault(request) }),
  );
  app.route("/plugins/servlet", signInPages({ kept, redeems: () => state.redeems, url: () => state.url }));
  app.all("*", (context) =>
    context.text(`${context.req.method} ${context.req.path} is not played here`, 404),
  );
  const server: ServerType = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => {
      resolve(started);
    });
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
