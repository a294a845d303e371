/**
 * The life of a plugin's process: it prints the port it listens on, and it ends with its engine. An engine that
 * was killed says nothing any more, but the pipe to our standard input closes; without that look a plugin goes on
 * writing to the service for seconds while nobody records what it does.
 */
import { print, say, tellBy } from "@bitbucket-keycloak/output";
import * as grpc from "@grpc/grpc-js";
import { fstatSync } from "node:fs";

import type { Provider } from "./define";
import { engineLog } from "./engine-log";
import { messageOf, Problem } from "./problem";
import { service, serviceOf } from "./server";

/** Serves one provider until the engine is gone. Never returns to anything worth doing. */
export function serve<S>(provider: Provider<S>): void {
  // The engine is on this machine; gRPC would take a proxy in small letters even there.
  const direct = (process.env.no_grpc_proxy ?? process.env.no_proxy ?? "").split(",").filter(Boolean);
  process.env.no_grpc_proxy = [...new Set([...direct, "127.0.0.1", "localhost"])].join(",");
  const address = process.argv.at(-1) ?? "";
  if (/:\d+$/.test(address)) tellBy(engineLog(address, say));
  const life = new AbortController();
  const cancel = () => { life.abort(new Problem("the run was interrupted")); }; // prettier-ignore
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(service, serviceOf(provider, life.signal, cancel));

  const end = () => {
    cancel();
    server.forceShutdown();
    process.exit(0);
  };
  // Whoever has no input (a language host starts plugins so, from `pulumi package add FOLDER`) is ended by a signal.
  if (!fstatSync(0).isCharacterDevice())
    process.stdin.on("end", end).on("close", end).on("error", end).resume();
  process.on("SIGTERM", end).on("SIGINT", end);
  process.on("uncaughtException", fail).on("unhandledRejection", fail);

  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) fail(error);
    print(String(port));
  });
}

function fail(thrown: unknown): never {
  say(thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown));
  process.exit(1);
}
