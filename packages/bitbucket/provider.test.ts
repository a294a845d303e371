import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as grpc from "@grpc/grpc-js";

import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { CheckRequest, type CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { fromStruct, toStruct } from "@bitbucket-keycloak/pulumi-plugin/wire";
import { bitbucket } from "./provider";

describe("configuration", () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await startEngine(bitbucket);
    process.env.BITBUCKET_EMAIL = "robot@acme.example";
    process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
  });
  afterEach(() => { engine.stop(); }); // prettier-ignore

  const checkConfig = async (news: ValueObject) => {
    const response = await engine.call<CheckResponse>(
      "checkConfig",
      new CheckRequest().setNews(toStruct(news)),
    );
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]),
    };
  };

  test("takes an address, and copies nothing from the environment", async () => {
    const settings = { apiUrl: "https://api.bitbucket.org", version: "0.1.0" };
    expect(await checkConfig(settings)).toEqual({ inputs: settings, failures: [] });
    expect(await checkConfig({})).toEqual({ inputs: {}, failures: [] });
  });

  test.each([
    ["http://bitbucket.acme.example", false],
    ["https://robot:token@api.bitbucket.org", false],
    ["ftp://api.bitbucket.org", false],
    ["bitbucket", false],
    ["https://bitbucket.acme.example", true],
    ["http://127.0.0.1:7990", true],
    ["http://[::1]:7990", true],
  ])("address %s: %s", async (apiUrl, fine) => {
    const { failures } = await checkConfig({ apiUrl });
    const reason = `apiUrl: an https address such as https://api.bitbucket.org; plain http only on this machine (localhost, 127.0.0.1, [::1])`;
    expect(failures).toEqual(fine ? [] : [["", reason]]);
  });

  test("refuses a token, without naming the property to an engine that would print it", async () => {
    const { inputs, failures } = await checkConfig({ apiToken: "ATATT-in-the-stack-file" });
    expect(inputs).toEqual({});
    expect(failures).toEqual([
      ["", "apiToken: it would lie in the state; take it out of the configuration and set the environment variables BITBUCKET_EMAIL and BITBUCKET_API_TOKEN instead"],
    ]); // prettier-ignore
  });

  test("without credentials a preview works, and the first request says what is missing", async () => {
    delete process.env.BITBUCKET_API_TOKEN;
    process.env.BITBUCKET_EMAIL = "";
    await engine.configure({});
    const news = { workspace: "acme", name: "payments" };
    await engine.create("Group", news, true);
    await expect(engine.create("Group", news)).rejects.toThrow(
      "the environment lacks BITBUCKET_EMAIL and BITBUCKET_API_TOKEN; set BITBUCKET_EMAIL to the e-mail of an Atlassian account that administers the workspace, and BITBUCKET_API_TOKEN to an API token of it with the scopes admin:pipeline:bitbucket, ",
    );
  });
});

describe("executable", () => {
  const executable = join(__dirname, "pulumi-resource-bitbucket");

  /** Started from another folder, as an engine of somebody else's program would. */
  const start = async (command: string, args: string[]): Promise<{ child: ChildProcess; port: number }> => {
    const child = spawn(command, args, { cwd: tmpdir(), stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, port: Number(line.toString()) };
  };

  test("prints its port, gives its schema, and ends when its input ends", async () => {
    const { child, port } = await start(executable, []);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const response = await new Promise<GetSchemaResponse>((resolve, reject) => {
      client.getSchema(new GetSchemaRequest(), (error, value) => { if (error) reject(error); else resolve(value); }); // prettier-ignore
    });
    client.close();
    const schema = JSON.parse(response.getSchema()) as {
      name: string;
      resources: Record<string, { requiredInputs: string[] }>;
      functions: Record<string, { inputs: { required: string[] }; outputs: { required: string[] } }>;
    };
    expect(
      Object.entries(schema.functions).map(([token, { inputs, outputs }]) => [
        token,
        ...inputs.required,
        ...outputs.required,
      ]),
    ).toEqual([
      ["bitbucket:index:getWorkspace", "workspace", "uuid", "slug", "name", "private"],
      ["bitbucket:index:getProjects", "workspace", "projects"],
      ["bitbucket:index:getRepositories", "workspace", "repositories"],
      ["bitbucket:index:getGroups", "workspace", "groups"],
      ["bitbucket:index:getMembers", "workspace", "members"],
      ["bitbucket:index:getEffectivePermissions", "workspace", "permissions"],
      ["bitbucket:index:getPipelineOidcConfig", "workspace", "issuer", "jwksUrl"],
    ]);
    expect(schema.name).toBe("bitbucket");
    expect(
      Object.entries(schema.resources).map(([token, { requiredInputs }]) => [token, ...requiredInputs]),
    ).toEqual([
      ["bitbucket:index:Group", "workspace", "name"],
      ["bitbucket:index:GroupMembers", "workspace", "group", "members"],
      ["bitbucket:index:ProjectIdentity", "workspace", "project"],
      ["bitbucket:index:ProjectPermissions", "workspace", "project", "holders"],
      ["bitbucket:index:RepositoryPermissions", "workspace", "repository", "holders"],
      ["bitbucket:index:BranchRestrictions", "workspace", "repository", "restrictions"],
      ["bitbucket:index:Deployment", "workspace", "repository", "name", "type"],
      ["bitbucket:index:DeploymentVariables", "workspace", "repository", "environment", "variables"],
      ["bitbucket:index:RepositoryVariables", "workspace", "repository", "variables"],
      ["bitbucket:index:WorkspaceVariables", "workspace", "variables"],
      ["bitbucket:index:PipelinesConfig", "workspace", "repository"],
      ["bitbucket:index:PipelineSchedule", "workspace", "repository", "branch", "cron"],
      ["bitbucket:index:PipelinesIssuer", "workspace"],
      ["bitbucket:index:RepositoryIdentity", "workspace", "repository"],
      ["bitbucket:index:WorkspaceHook", "workspace", "url", "description", "events"],
      ["bitbucket:index:DataCenterClient", "url", "issuer", "clientId", "clientSecret"],
    ]);

    const ended = once(child, "exit");
    const asked = performance.now();
    child.stdin!.end();
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - asked).toBeLessThan(1000);
  }, 30_000);

  test("ends when its engine is killed", async () => {
    const script = `const { spawn } = require("node:child_process");
      const plugin = spawn(process.argv[1], [], { stdio: ["pipe", "pipe", "inherit"] });
      plugin.stdout.once("data", () => console.log(plugin.pid));`;
    const engine = spawn(process.execPath, ["-e", script, executable], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(engine.stdout, "data")) as [Buffer];
    const plugin = Number(said.toString());
    expect(isAlive(plugin)).toBe(true);

    engine.kill("SIGKILL");
    const killed = performance.now();
    while (isAlive(plugin) && performance.now() - killed < 5000) await wait(20);
    expect(performance.now() - killed).toBeLessThan(3000); // until the system has cleared it away
  }, 30_000);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
