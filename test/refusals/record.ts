/**
 * Writes down what every server of a test process refused: the emulator's answers, and Keycloak's where a test asks it
 * through {@link observed}. One line of JSON for each answer of 4xx, added to the file that the variable names; without the
 * variable nothing happens. How to run it, and what came of it: docs/refusals.md. Jest reads this before each file of tests.
 */
import { appendFileSync } from "node:fs";
import { ServerResponse, type IncomingMessage } from "node:http";
import { relative } from "node:path";
import { root } from "../../toolchain/places";
import { Proxy } from "../e2e/world/proxy";

/** One answer of 4xx. */
export interface Refusal {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
  /** The beginning of its body. */
  readonly said: string;
  /** User agent of whoever asked: `node` is a test's own hand. */
  readonly agent: string;
  /** File of the test, from the checkout's folder; absent where all files of a run share the server. */
  readonly test?: string;
}

const file = process.env.BITBUCKET_KEYCLOAK_REFUSALS;
const current = Symbol.for("bitbucket-keycloak: the test whose refusals are written down");
// The prototype is that of the process, whatever module of Jest asks for it.
const { prototype } = ServerResponse as { prototype: ServerResponse & { [current]?: { test?: string } } };
if (file !== undefined) {
  const isFirst = prototype[current] === undefined;
  const { testPath } = typeof expect === "undefined" ? {} : expect.getState();
  prototype[current] = testPath === undefined ? {} : { test: relative(root, testPath) };
  if (isFirst) record(file);
}

function record(to: string): void {
  const write = Reflect.get(prototype, "write") as (...all: unknown[]) => boolean;
  const end = Reflect.get(prototype, "end") as (...all: unknown[]) => ServerResponse;
  const said = new WeakMap<ServerResponse, string>();
  const hear = (response: ServerResponse, chunk: unknown): void => {
    if (response.statusCode < 400 || response.statusCode > 499) return;
    if (typeof chunk === "string" || chunk instanceof Uint8Array)
      said.set(response, (said.get(response) ?? "") + Buffer.from(chunk as string).toString("utf8"));
  };
  prototype.write = function (this: ServerResponse, ...args: unknown[]) {
    hear(this, args[0]);
    return write.apply(this, args);
  } as ServerResponse["write"];
  prototype.end = function (this: ServerResponse, ...args: unknown[]) {
    hear(this, args[0]);
    const { req, statusCode: status } = this as ServerResponse & { req: IncomingMessage };
    if (status >= 400 && status <= 499) {
      const { method = "", url = "", headers } = req;
      const agent = headers["user-agent"] ?? "";
      const refusal: Refusal = {
        method,
        url,
        status,
        said: (said.get(this) ?? "").slice(0, 2000),
        agent,
        ...prototype[current],
      };
      appendFileSync(to, `${JSON.stringify(refusal)}\n`);
    }
    return end.apply(this, args);
  } as ServerResponse["end"];
}

/** The address to ask a server at, so that its refusals are written down; its own where nobody records. */
export async function observed(url: string): Promise<string> {
  return file === undefined ? url : (await Proxy.to(url)).url;
}
