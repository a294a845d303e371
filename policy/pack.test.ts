/** The pack as the official Pulumi starts it: in its own folder, and told by nobody where the program lies. */
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { runnerFile } from "../toolchain/language-host/packages";
import { official } from "../toolchain/language-host/testing/official";
import { root } from "../toolchain/places";
import { goodRealm, realmType } from "./rules/realms";

jest.setTimeout(60_000);

const folder = join(root, "policy");
const versionOf = (file: string) => (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** @param env over the test's own */
async function startPack(env: NodeJS.ProcessEnv = {}): Promise<AnalyzerClient> {
  const { pack } = official;
  const sdk = runnerFile(folder, "run-policy-pack");
  const filled = (text: string) =>
    text
      .replace("<sdk>/cmd/run-policy-pack", sdk)
      .replace("<engine>", "127.0.0.1:1")
      .replace("<pack>", folder);
  const args = pack.args.split(" ").filter((arg) => arg !== "<nodeargs>");
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BITBUCKET_KEYCLOAK|PULUMI)_/.test(name),
  );
  const child = spawn(process.execPath, args.map(filled), {
    cwd: filled(pack.cwd),
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  ends.push(() => child.kill());
  let [output, errors] = ["", ""];
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      if (output.includes("\n")) resolve();
    });
    child.once("close", () => {
      reject(new Error(errors));
    });
  });
  const client = new AnalyzerClient(`127.0.0.1:${Number(output)}`, grpc.credentials.createInsecure(), {
    "grpc.enable_http_proxy": 0,
  });
  ends.push(() => {
    client.close();
  });
  return client;
}

/** Names of the rules that a realm without protection breaks. */
function broken(client: AnalyzerClient, stack: string, project = "bitbucket-keycloak"): Promise<string[]> {
  const request = new AnalyzeRequest()
    .setUrn(`urn:pulumi:${stack}::${project}::${realmType}::acme`)
    .setType(realmType)
    .setName("acme")
    .setProperties(Struct.fromJavaScript(goodRealm))
    .setOptions(new AnalyzerResourceOptions().setProtect(false));
  return new Promise((resolve, reject) => {
    client.analyze(request, (error, response) => {
      if (error) reject(error);
      else resolve(response.getDiagnosticsList().map((one) => one.getPolicyname()));
    });
  });
}

test("the pack knows its version and evaluates by the files of the checkout that it lies in", async () => {
  const client = await startPack();
  const version = await new Promise((resolve, reject) => {
    client.getAnalyzerInfo(new Empty(), (error, info) => {
      if (error) reject(error);
      else resolve(info.getVersion());
    });
  });
  expect(version).toBe(versionOf(join(root, "package.json")));
  expect(await broken(client, "local")).toEqual([]);
  expect(await broken(await startPack(), "prod")).toEqual(["realm-protected"]);
});

test("the pack evaluates by the files of the program that the variable names", async () => {
  const program = mkdtempSync(join(tmpdir(), "program "));
  ends.push(() => {
    rmSync(program, { recursive: true });
  });
  mkdirSync(join(program, "stacks"));
  const copied = ["Pulumi.yaml", "stacks/Pulumi.prod.yaml"];
  for (const file of copied) writeFileSync(join(program, file), readFileSync(join(root, file)));
  const text = readFileSync(join(root, "access.yaml"), "utf8");
  writeFileSync(join(program, "access.yaml"), text.replace("prod: { type: production", "prod: { type: test"));
  expect(await broken(await startPack({ BITBUCKET_KEYCLOAK_PROGRAM: program }), "prod")).toEqual([]);
});

test("the pack refuses to evaluate another project than the one whose files it knows", async () => {
  await expect(broken(await startPack(), "local", "other")).rejects.toThrow(
    `${join(root, "Pulumi.yaml")}: found the project bitbucket-keycloak; the guardrails evaluate the project other: ` +
      "set BITBUCKET_KEYCLOAK_PROGRAM to the folder of its Pulumi.yaml",
  );
});

test("the pack has the version of the checkout", () => {
  expect(versionOf(join(folder, "package.json"))).toBe(versionOf(join(root, "package.json")));
});
