import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { engineLog } from "./engine-log";

const { WARNING, INFO } = LogSeverity;

/** An engine that only listens. */
async function listening(): Promise<{ address: string; told: [number, string][]; stop: () => void }> {
  const told: [number, string][] = [];
  const server = new grpc.Server();
  const log: grpc.handleUnaryCall<LogRequest, Empty> = ({ request }, answer) => {
    told.push([request.getSeverity(), request.getMessage()]);
    answer(null, new Empty());
  };
  const none: grpc.handleUnaryCall<unknown, Empty> = (_, answer) => {
    answer(null, new Empty());
  };
  server.addService(EngineService, {
    ...Object.fromEntries(Object.keys(EngineService).map((name) => [name, none])),
    log,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const stop = () => {
    server.forceShutdown();
  };
  return { address: `127.0.0.1:${port}`, told, stop };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("the engine is told what is to be seen, and how much it matters", async () => {
  const { address, told, stop } = await listening();
  const unseen: string[] = [];
  const tell = engineLog(address, (text) => unseen.push(text));
  tell("keycloak-identity: warning: group /crew: dora: taken out\u202e");
  await until(() => told.length === 1);
  tell("bitbucket: waits for a minute");
  await until(() => told.length === 2);
  expect(told).toEqual([
    [WARNING, "keycloak-identity: group /crew: dora: taken out\\u202e"],
    [INFO, "bitbucket: waits for a minute"],
  ]);
  expect(unseen).toEqual([]);
  stop();
  tell("the engine is gone");
  await until(() => unseen.length === 1);
  expect(unseen).toEqual(["the engine is gone"]);
});
