/**
 * A world of its own for one test file: a project folder with the real program, an emulated workspace, a realm on the
 * real Keycloak, and the real engine between them.
 */
import { randomBytes } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  startEmulator,
  type Emulator,
  type Readings,
  type Seed,
} from "@bitbucket-keycloak/bitbucket-emulator";
import { plain, resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { root } from "../../../toolchain/places";
import { makeProject, type Project } from "../../../toolchain/project";
import { newTokens, withTokens, type Tokens, type Use } from "./tokens";
import { authorizationOf, sharedWorld, type Shared } from "./shared";

/** Administrator of the workspace, in every seed here. */
export const administrator = "admin@acme.example";

export interface WorldOptions {
  /** Text of access.yaml. Default: Acme's, as this project ships it; yours may be another company. */
  readonly access?: string;
  /** The workspace before anything is declared. Its administrator has to be {@link administrator}. */
  readonly seed: (administratorToken: string, realmIssuer: string) => Seed;
  /** The Keycloak to use. Default: the one that all tests share, which lacks the extension. */
  readonly keycloak?: Shared["keycloak"];
  /** Settings that differ from `pipelines.credential: rotated` and those of `stacks/Pulumi.local.yaml`, dotted: `{ "keycloak.people": "external" }`. */
  readonly settings?: Readonly<Record<string, string | boolean>>;
  /** The address in front of a server that the stack is told. Default: the server's own. */
  readonly front?: (server: string) => Promise<string>;
  /** Further variables of the environment that everything runs in. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** File that the emulator keeps its state in. Default: memory only. */
  readonly emulatorFile?: string;
  /** What the emulator plays of what Atlassian's documents leave open. Default: the first of each. */
  readonly readings?: Partial<Readings>;
}

export interface Answer {
  readonly status: number;
  /** Parsed where the answer is JSON, else its text. */
  readonly json: unknown;
}

export interface Outcome {
  readonly code: number;
  /** Both streams, in the order in which they came. */
  readonly text: string;
  readonly stdout: string;
}

export class World {
  /** Passwords and tokens that must never be seen. */
  readonly canaries: string[];
  private constructor(
    private readonly project: Project,
    readonly emulator: Emulator,
    readonly realm: string,
    readonly administratorToken: string,
    private readonly tokens: Tokens,
    private readonly server: Shared["keycloak"],
  ) {
    this.canaries = [administratorToken, ...Object.values(tokens), server.password];
  }

  static async start({
    access,
    seed,
    settings = {},
    front,
    emulatorFile,
    readings = {},
    env = {},
    keycloak: own,
  }: WorldOptions): Promise<World> {
    const { toolchain, keycloak: shared } = sharedWorld();
    const server = own ?? shared;
    const keycloak = { ...server, url: (await front?.(server.url)) ?? server.url };
    const administratorToken = randomBytes(24).toString("base64url");
    const tokens = newTokens();
    const realm = `test-${randomBytes(4).toString("hex")}`;
    const emulator = await startEmulator({
      seed: withTokens(seed(administratorToken, `${keycloak.url}/realms/${realm}`), administrator, tokens),
      environmentDelay: 50,
      readings,
      ...(emulatorFile !== undefined && { file: emulatorFile }),
    });
    const bitbucketUrl = (await front?.(emulator.url)) ?? emulator.url;
    const project = makeProject({
      toolchain,
      links: ["index.ts", "packages", "toolchain", "package.json", "tsconfig.json"],
      files: {
        "Pulumi.yaml": readFileSync(join(root, "Pulumi.yaml"), "utf8"),
        "access.yaml": access ?? readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8"),
      },
      credentials: { keycloak, bitbucket: { email: administrator, apiToken: administratorToken } },
    });
    Object.assign(project.env, env);
    const world = new World(project, emulator, realm, administratorToken, tokens, server);
    world.writeStack("local", {
      "keycloak.url": keycloak.url,
      "keycloak.realm": realm,
      "bitbucket.url": bitbucketUrl,
      "signIn.url": bitbucketUrl,
      ...settings,
    });
    await world.succeed("stack", "init", "local");
    return world;
  }

  get folder(): string {
    return this.project.folder;
  }

  get env(): NodeJS.ProcessEnv {
    return this.project.env;
  }

  /** The environment with the token that is documented for one use; its own where a test has set one. */
  envOf(use: Use): NodeJS.ProcessEnv {
    const { BITBUCKET_API_TOKEN: token } = this.env;
    return token === this.administratorToken
      ? { ...this.env, BITBUCKET_API_TOKEN: this.tokens[use] }
      : this.env;
  }

  get keycloakUrl(): string {
    return this.server.url;
  }

  /** Writes a stack file: that of `local`, with `pipelines.credential: rotated` and these settings set otherwise. */
  writeStack(stack: string, settings: Readonly<Record<string, string | boolean>>): void {
    const local = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");
    const text = withSettings(local, { "pipelines.credential": "rotated", ...settings });
    mkdirSync(join(this.folder, "stacks"), { recursive: true });
    writeFileSync(join(this.folder, "stacks", `Pulumi.${stack}.yaml`), text);
  }

  /** Writes the whole file of stack `local`. */
  writeStackText(text: string): void {
    writeFileSync(join(this.folder, "stacks/Pulumi.local.yaml"), text);
  }

  /** The realm of stack `local`, whose people are external, is somebody else's. */
  observeRealm(): void {
    const text = readFileSync(join(this.folder, "stacks/Pulumi.local.yaml"), "utf8");
    this.writeStackText(text.replace(/( +)people: external\n/, "$1people: external\n$1observed: [realm]\n"));
  }

  writeAccess(text: string): void {
    writeFileSync(join(this.folder, "access.yaml"), text);
  }

  /** Runs the CLI to its end. */
  async pulumi(...args: string[]): Promise<Outcome> {
    return ended(this.start(...args));
  }

  /** Runs the CLI and expects it to succeed. */
  async succeed(...args: string[]): Promise<string> {
    const { code, text } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} exited with ${code}:\n${text}`);
    return text;
  }

  async up(...args: string[]): Promise<string> {
    return this.succeed("up", "--stack", "local", "--yes", "--skip-preview", ...args);
  }

  /** The stack's outputs, secrets in plain text; those join the canaries. */
  async outputs<T>(): Promise<T> {
    const { stdout } = await this.pulumi("stack", "output", "--stack", "local", "--json", "--show-secrets");
    return JSON.parse(stdout) as T;
  }

  /** Every secret that a stack has made up, read from its state: each joins the canaries. */
  async watchSecrets(stack = "local"): Promise<void> {
    const { stdout } = await this.pulumi("stack", "export", "--stack", stack, "--show-secrets");
    for (const { type, outputs } of resourcesIn(stdout)) {
      if (type !== "random:index/randomPassword:RandomPassword" || outputs?.result === undefined) continue;
      this.canaries.push(plain(outputs.result) as string);
    }
  }

  /** Which canaries stand in a text, as they are or as Go and JavaScript write them into JSON. */
  seenIn(text: string): string[] {
    return this.canaries.filter((canary) => writings(canary).some((writing) => text.includes(writing)));
  }

  start(...args: string[]): ChildProcess {
    const { toolchain } = sharedWorld();
    return spawn(toolchain.pulumi, args, {
      cwd: this.folder,
      env: this.envOf("program"),
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** A JSON request to the workspace, as somebody. Default: its administrator. */
  bitbucket(method: string, path: string, body?: unknown, as = this.administrator): Promise<Answer> {
    return this.send(method, path, body === undefined ? undefined : JSON.stringify(body), as);
  }

  /** The same with any body; text is sent as JSON. */
  async send(
    method: string,
    path: string,
    body?: string | FormData | URLSearchParams,
    as = this.administrator,
  ): Promise<Answer> {
    const authorization = `Basic ${Buffer.from(`${as.email}:${as.token}`).toString("base64")}`;
    const response = await fetch(`${this.emulator.url}${path}`, {
      method,
      headers: { authorization, ...(typeof body === "string" && { "content-type": "application/json" }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, json: isJson && text !== "" ? (JSON.parse(text) as unknown) : text };
  }

  /** At the pages of Bitbucket. */
  get administrator(): { email: string; token: string } {
    return { email: administrator, token: this.tokens.hands };
  }

  async stop(): Promise<void> {
    await this.emulator.close();
    await this.removeRealm();
    this.project.remove();
  }

  /** A request to Keycloak's admin API. */
  async keycloak(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const authorization = await authorizationOf(this.server);
    const response = await fetch(`${this.server.url}/admin/realms${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? undefined : (JSON.parse(text) as unknown) };
  }

  private async removeRealm(): Promise<void> {
    await this.keycloak("DELETE", `/${this.realm}`);
  }
}

/** Go escapes `<`, `>` and `&` in JSON, too; text within JSON within JSON is escaped twice. */
function writings(secret: string): string[] {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const inGo = (text: string) =>
    inJson(text).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return [secret, inJson(secret), inGo(secret), inJson(inJson(secret)), inGo(inGo(secret))];
}

/** Waits for a process that somebody started. */
export async function ended(child: ChildProcess): Promise<Outcome> {
  let text = "";
  let stdout = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    text += bytes.toString();
    stdout += bytes.toString();
  });
  child.stderr?.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const code = await new Promise<number>((resolve) =>
    child.once("close", (exitCode) => {
      resolve(exitCode ?? -1);
    }),
  );
  return { code, text, stdout };
}

/** The text of a stack file with some settings set otherwise: `{ "keycloak.realm": "acme" }`. */
export function withSettings(text: string, settings: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(settings).reduce(
    (all, [setting, value]) => withSetting(all, setting.split("."), value),
    text,
  );
}

/** Sets one setting in the text of a stack file: `["keycloak", "realm"]`, or one without a map: `["environment"]`. */
function withSetting(text: string, [setting = "", key]: readonly string[], value: string | boolean): string {
  const pattern =
    key === undefined
      ? new RegExp(`(bitbucket-keycloak:${setting}: ).*`)
      : new RegExp(`(bitbucket-keycloak:${setting}:\\n(?:    .*\\n)*?    ${key}: ).*`);
  if (!pattern.test(text))
    throw new Error(`stacks/Pulumi.local.yaml has no setting ${[setting, key].filter(Boolean).join(".")}`);
  return text.replace(pattern, `$1${String(value)}`);
}
