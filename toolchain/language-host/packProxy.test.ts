/** The proxy between two ends of its own: an engine, and a pack that says what it was asked. */
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { startPackProxy, type PackProxy } from "./packProxy";

let proxy: PackProxy;
let engine: AnalyzerClient;
const packs: grpc.Server[] = [];

beforeEach(async () => {
  proxy = await startPackProxy();
  engine = new AnalyzerClient(`127.0.0.1:${proxy.port}`, grpc.credentials.createInsecure());
});
afterEach(() => {
  engine.close();
  proxy.close();
  for (const pack of packs.splice(0)) pack.forceShutdown();
});

const info = () =>
  new Promise<string>((resolve, reject) => {
    engine.getAnalyzerInfo(new Empty(), (error, answer) => {
      if (error) reject(error);
      else resolve(answer.getName());
    });
  });
const configure = () =>
  new Promise<void>((resolve, reject) => {
    const request = new AnalyzerStackConfigureRequest()
      .setOrganization("acme")
      .setProject("access")
      .setStack("prod")
      .setDryRun(true);
    request.getConfigMap().set("access:a", "b");
    engine.configureStack(request, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

/** @param knows whether the pack knows the call that configures it */
async function startPack(knows = true): Promise<string> {
  const server = new grpc.Server();
  packs.push(server);
  let name = "configured for nothing";
  server.addService(AnalyzerService, {
    ...(knows && {
      configureStack: (
        { request }: { request: AnalyzerStackConfigureRequest },
        callback: (error: null, answer: unknown) => void,
      ) => {
        name = `configured for ${request.getStack()}`;
        callback(null, new AnalyzerStackConfigureResponse());
      },
    }),
    getAnalyzerInfo: (_: unknown, callback: (error: null, answer: unknown) => void) => {
      callback(null, new AnalyzerInfo().setName(name));
    },
  });
  return new Promise((resolve) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
      resolve(String(port));
    });
  });
}

test("the engine's configuration is known before the pack starts, and reaches it before anything else", async () => {
  await configure();
  expect(await proxy.evaluated).toEqual({
    organization: "acme",
    project: "access",
    stack: "prod",
    dryRun: true,
    config: { "access:a": "b" },
  });
  const waiting = info();
  proxy.attach(await startPack());
  expect(await waiting).toBe("configured for prod");
});

test("a pack that does not know the call works, and so does one that evaluates no stack", async () => {
  const waiting = info();
  expect(await proxy.evaluated).toBeUndefined();
  proxy.attach(await startPack(false));
  expect(await waiting).toBe("configured for nothing");
});

test("a pack of before the call is none the worse", async () => {
  await configure();
  proxy.attach(await startPack(false));
  expect(await info()).toBe("configured for nothing");
});

test("what ends before it serves, or prints something else than its port, is said to whoever waits", async () => {
  const waiting = info();
  proxy.fail("the policy pack has ended (1)");
  await expect(waiting).rejects.toThrow("the policy pack has ended (1)");
});

test("a first line that is no port is said", async () => {
  const waiting = info();
  proxy.attach("hello");
  await expect(waiting).rejects.toThrow('found "hello" where the policy pack prints its port');
});

test("what the pack does not know, the engine hears as that", async () => {
  await configure();
  proxy.attach(await startPack());
  const code = await new Promise((resolve) => {
    engine.cancel(new Empty(), (error) => {
      resolve(error?.code);
    });
  });
  expect(code).toBe(grpc.status.UNIMPLEMENTED);
});
