/** A small world in which time passes as a test says, and which looks where a pipeline's step would. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { administratorScopes } from "../../../toolchain/acme";
import type { Engine } from "../../../engine/engine";
import type { Report } from "../../../engine/rotations/report";
import { rotate, type RotateOptions } from "../../../commands/rotate/rotate";
import { momentVariable } from "../../../checkout/moment";
import { disordersOf } from "../../../commands/recover/order";
import { root } from "../../../toolchain/places";
import { Progress } from "../../../toolchain/progress";
import { sharedWorld } from "./shared";
import { administrator, World, type Outcome } from ".";

/** Days are counted from the first run. */
export const day = 1;

export function momentOf(at: number): Date {
  return new Date(Date.parse("2026-01-01T00:00:00Z") + at * 86_400_000);
}

export class RotationWorld {
  /** The day that the last run took place on. */
  day = 0;

  private constructor(
    readonly world: World,
    private readonly files: string,
  ) {}

  /**
   * @param settings that differ, besides the life of tokens
   * @param access text of access.yaml; its project is PAY, its repositories are among api, web and docs
   */
  static async start(
    front?: (server: string) => Promise<string>,
    settings: Readonly<Record<string, string | boolean>> = {},
    access = readFileSync(join(root, "test/fixtures/crash/first.yaml"), "utf8"),
  ): Promise<RotationWorld> {
    const files = mkdtempSync(join(tmpdir(), "rotation "));
    const world = await World.start({
      access,
      seed: (token) => ({
        workspace: { slug: "acme", plan: "premium" },
        accounts: [
          {
            name: "Administrator",
            email: administrator,
            tokens: [{ token, scopes: [...administratorScopes] }],
          },
        ],
        administrators: [administrator],
        projects: [{ key: "PAY", name: "Payments" }],
        repositories: ["api", "web", "docs"].map((slug) => ({ slug, project: "PAY" })),
      }),
      emulatorFile: join(files, "state.json"),
      // Tokens outlive a test.
      settings: { "lifetimes.accessToken": "30 minutes", ...settings },
      ...(front && { front }),
    });
    return new RotationWorld(world, files);
  }

  async stop(): Promise<void> {
    await this.world.stop();
    rmSync(this.files, { recursive: true });
  }

  /** An `up` on a day; it has to succeed. */
  async upAt(at: number, ...args: string[]): Promise<string> {
    const { code, text } = await this.tryAt(at, ...args);
    if (code !== 0) throw new Error(`up on day ${at} exited with ${code}:\n${text}`);
    return text;
  }

  async tryAt(at: number, ...args: string[]): Promise<Outcome> {
    this.setDay(at);
    return this.world.pulumi("up", "--stack", "local", "--yes", "--skip-preview", ...args);
  }

  setDay(at: number): void {
    this.day = at;
    this.world.env[momentVariable] = momentOf(at).toISOString();
  }

  /** `npm run rotate` on the day that it is. */
  rotate(options: RotateOptions = {}): Promise<Report> {
    return rotate("local", this.engine, options, new Progress({ write: () => undefined }));
  }

  get engine(): Engine {
    return { command: sharedWorld().toolchain.pulumi, env: this.world.env, cwd: this.world.folder };
  }

  /** The credential that a step would find, now. */
  published(): string {
    let found: string | undefined;
    JSON.parse(
      readFileSync(join(this.files, "state.json"), "utf8"),
      (_name, value: { key?: string; value?: string } | null) => {
        if (value?.key === "KEYCLOAK_CREDENTIAL") found = value.value;
        return value;
      },
    );
    if (found === undefined) throw new Error("no credential is published");
    return found;
  }

  /** What Keycloak answers to whoever asks for a token with this credential. */
  async tokenOf(credential: string | undefined): Promise<number> {
    return (await this.ask(credential)).status;
  }

  async claimsOf(credential: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    return decodeJwt(await this.mint(credential));
  }

  async mint(credential: string | undefined): Promise<string> {
    return ((await (await this.ask(credential)).json()) as { access_token: string }).access_token;
  }

  /** What Keycloak answers to a token. */
  async takes(token: string): Promise<number> {
    const { keycloakUrl, realm } = this.world;
    const address = `${keycloakUrl}/realms/${realm}/protocol/openid-connect/userinfo`;
    return (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).status;
  }

  ask(credential = ""): Promise<Response> {
    const { keycloakUrl, realm } = this.world;
    return fetch(`${keycloakUrl}/realms/${realm}/protocol/openid-connect/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(credential).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "openid" }),
    });
  }

  /** Makes the workspace refuse every change of a variable. */
  refuseVariables(isOn: boolean): void {
    const { faults } = this.world.emulator;
    if (!isOn) faults.clear();
    else
      for (const method of ["POST", "PUT"])
        faults.add({ method, path: "*/deployments_config/*", status: 400 });
  }

  /** What the engine would refuse of the state; nothing where it is in order. */
  async disorders(): Promise<string[]> {
    const { stdout } = await this.world.pulumi("stack", "export", "--stack", "local");
    return disordersOf(resourcesIn(stdout));
  }

  /** Each resource as the state has it, by its URN. */
  async recorded(): Promise<Map<string, string>> {
    return new Map((await this.resources()).map(({ urn, ...rest }) => [urn, JSON.stringify(rest.outputs)]));
  }

  /** Brings back a state from before, as `pulumi stack export` wrote it. */
  async restore(state: string): Promise<void> {
    const file = join(this.files, "older.json");
    writeFileSync(file, state);
    await this.world.succeed("stack", "import", "--stack", "local", "--file", file);
  }

  /** The last rotation. */
  async rotation(): Promise<unknown> {
    const resources = await this.resources();
    return resources.find(({ urn }) => urn.endsWith("rotation:index:Schedule::api.dev"))?.outputs?.rotation;
  }

  private async resources(): Promise<readonly ResourceState[]> {
    const { stdout } = await this.world.pulumi("stack", "export", "--stack", "local", "--show-secrets");
    return resourcesIn(stdout);
  }
}

/** Names of what differs in the state. */
export function changesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): (string | undefined)[] {
  const passing = /rotation:index:Schedule::|pulumi:Stack::|bitbucket-keycloak:index:\w+::/;
  const urns = [...new Set([...before.keys(), ...after.keys()])];
  return urns
    .filter((urn) => before.get(urn) !== after.get(urn) && !passing.test(urn))
    .map((urn) => urn.split("::").at(-1))
    .sort();
}
