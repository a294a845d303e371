/**
 * A run that has used up its hour waits openly; and whatever ends the run ends the wait. Here the plugin is a process of
 * its own, as an engine starts it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import { toStruct } from "@bitbucket-keycloak/pulumi-plugin/wire";
import { startTestServer, type TestServer } from "./testing/world";

jest.setTimeout(60_000);

/** Stands for the engine: starts the plugin with pipes that close when it dies, whatever kills it. */
const engine = `
  const { spawn } = require("node:child_process");
  const plugin = spawn(process.argv[1], { stdio: ["pipe", "inherit", "inherit"] });
  process.stdout.write("plugin " + plugin.pid + "\\n");
`;

let folder: string;
let server: TestServer;
let parent: ChildProcess;
let client: ResourceProviderClient;
let plugin: number;
let said = "";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "waiting-"));
  server = await startTestServer();
  server.lists.set("/2.0/repositories/acme/web/pipelines_config/variables", []);
  said = "";
  let port: string | undefined;
  parent = spawn(process.execPath, ["-e", engine, join(__dirname, "pulumi-resource-bitbucket")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      BITBUCKET_EMAIL: "robot@acme.example",
      BITBUCKET_API_TOKEN: "ATATT-robot-token",
      BITBUCKET_REQUEST_JOURNAL: folder,
      BITBUCKET_REQUEST_LIMIT: "1",
    },
  });
  parent.stdout?.setEncoding("utf8").on("data", (text: string) => {
    plugin = Number(/plugin (\d+)/.exec(text)?.[1] ?? plugin);
    port ??= /^(\d+)$/m.exec(text)?.[1];
  });
  parent.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await until(() => port !== undefined);
  client = new ResourceProviderClient(`127.0.0.1:${port ?? ""}`, grpc.credentials.createInsecure());
  const settings = toStruct({ apiUrl: server.url });
  await asked("configure", new rpc.ConfigureRequest().setArgs(settings).setAcceptsecrets(true));
});

afterEach(async () => {
  client.close();
  parent.kill("SIGKILL");
  await until(() => !lives(plugin));
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Two requests, of which the hour has room for one. */
function create(): Promise<unknown> {
  const urn = "urn:pulumi:test::project::bitbucket:index:RepositoryVariables::name";
  const variables = [{ key: "A", value: "secret-a", secured: true }];
  const inputs = { workspace: "acme", repository: "web", variables, adopt: false };
  return asked("create", new rpc.CreateRequest().setUrn(urn).setProperties(toStruct(inputs)));
}

function asked(method: "configure" | "create" | "cancel", request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answer = (error: grpc.ServiceError | null, value: unknown) => {
      if (error !== null) reject(error);
      else resolve(value);
    };
    (client[method] as (request: object, answer: unknown) => void).call(client, request, answer);
  });
}

const waits = /1 requests? to repositories in the last hour, .* in about 60 minutes/;

test("says that it waits and until when; Ctrl-C ends the wait within a second", async () => {
  const ended = create().then(() => "made", (error: unknown) => (error as grpc.ServiceError).details); // prettier-ignore
  await until(() => waits.test(said));
  const began = Date.now();
  await asked("cancel", new Empty());
  expect(await ended).toBe("the run was interrupted");
  expect(Date.now() - began).toBeLessThan(1_000);
  expect(server.log).toHaveLength(1);
  expect(lives(plugin)).toBe(true); // the engine ends it when it has written down what there is
});

test("an engine that is killed takes a plugin that waits with it", async () => {
  const ended = create().then(() => "made", () => "ended"); // prettier-ignore
  await until(() => waits.test(said));
  const began = Date.now();
  parent.kill("SIGKILL");
  await until(() => !lives(plugin));
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(await ended).toBe("ended");
  expect(server.log).toHaveLength(1);
});

async function until(is: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!is()) {
    if (Date.now() > end) throw new Error(`not within 20 seconds; the plugin said: ${said}`);
    await sleep(20);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
