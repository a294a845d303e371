/**
 * Stands between the engine and a policy pack, as the official host does. The engine tells a pack about its stack by a
 * call, `ConfigureStack`, when the pack runs already; the SDK wants to read it in the environment that it is started
 * with. So the engine gets the proxy's port first, the pack starts once that call is there, and every other call waits
 * for the pack.
 *
 * The official one: https://github.com/pulumi/pulumi/blob/master/sdk/policy_proxy.go
 */
import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import type { Evaluated } from "./plugins";

export interface PackProxy {
  /** Of 127.0.0.1, for the engine. */
  readonly port: number;
  /** The stack that the engine wants evaluated; undefined where it asks for something else first. */
  readonly evaluated: Promise<Evaluated | undefined>;
  /** The pack runs: the first line that it has printed, its port of 127.0.0.1. */
  readonly attach: (line: string) => void;
  /** The pack has ended: calls that wait fail with this. */
  readonly fail: (why: string) => void;
  readonly close: () => void;
}

/** Calls pass as bytes; no limit, since whole stacks come in one. */
const limits = { "grpc.max_receive_message_length": -1, "grpc.enable_http_proxy": 0 };
const same = (bytes: Buffer): Buffer => bytes;
const configureStack = AnalyzerService.configureStack.path;

type Unary = grpc.handleUnaryCall<Buffer, Buffer>;

/** Serves at once. */
export async function startPackProxy(): Promise<PackProxy> {
  const configured = deferred<Buffer | undefined>();
  const pack = deferred<grpc.Client>();
  // Each call that waits reports it.
  pack.promise.catch(() => undefined);

  const forward =
    (path: string): Unary =>
    ({ request }, callback) => {
      configured.resolve(undefined);
      pack.promise.then((client) => {
        client.makeUnaryRequest(path, same, same, request, callback);
      }, callback);
    };
  const own: Readonly<Record<string, Unary>> = {
    handshake: (_call, callback) => {
      callback(null, Buffer.from(new analyzer.AnalyzerHandshakeResponse().serializeBinary()));
    },
    configureStack: ({ request }, callback) => {
      configured.resolve(request);
      callback(null, Buffer.from(new analyzer.AnalyzerStackConfigureResponse().serializeBinary()));
    },
  };

  const methods = Object.entries(AnalyzerService);
  const asBytes = {
    requestDeserialize: same,
    requestSerialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const server = new grpc.Server(limits);
  server.addService(
    Object.fromEntries(methods.map(([name, method]) => [name, { ...method, ...asBytes }])),
    Object.fromEntries(methods.map(([name, { path }]) => [name, own[name] ?? forward(path)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });

  const fail = (why: string): void => {
    pack.reject(Object.assign(new Error(why), { code: grpc.status.UNAVAILABLE, details: why }));
  };
  let client: grpc.Client | undefined;
  return {
    port,
    evaluated: configured.promise.then((request) => request && judgedIn(request)),
    attach: (line) => {
      if (!/^\d+\s*$/.test(line)) {
        fail(`found "${line}" where the policy pack prints its port; it may print nothing before that`);
        return;
      }
      const attached = new grpc.Client(`127.0.0.1:${line.trim()}`, grpc.credentials.createInsecure(), limits);
      client = attached;
      void configured.promise.then((request) => {
        if (request === undefined) pack.resolve(attached);
        else
          attached.makeUnaryRequest(configureStack, same, same, request, (error) => {
            // A pack need not know the call.
            if (error === null || error.code === grpc.status.UNIMPLEMENTED) pack.resolve(attached);
            else pack.reject(error);
          });
      });
    },
    fail,
    close: () => {
      client?.close();
      server.forceShutdown();
    },
  };
}

function judgedIn(bytes: Buffer): Evaluated {
  const request = analyzer.AnalyzerStackConfigureRequest.deserializeBinary(bytes);
  return {
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    dryRun: request.getDryRun(),
    config: Object.fromEntries(request.getConfigMap().toArray()),
  };
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  /** The first of either counts. */
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

function deferred<Value>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<Value>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
