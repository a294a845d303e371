/**
 * A small world on a Keycloak with the extension, whose pipelines ask for tokens all the time: at the beginning of a
 * step, and again after the step has run for a while with what it was told then.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PipelineCredential } from "../../../access";
import { acmeSeed } from "../../../toolchain/acme";
import type { Readings } from "@bitbucket-keycloak/bitbucket-emulator";
import { play } from "@bitbucket-keycloak/bitbucket-emulator/testing/readings";
import { ensureExtendedKeycloak } from "../../../toolchain/build";
import { freePort, startKeycloak, type RunningKeycloak } from "../../../toolchain/keycloak";
import { root } from "../../../toolchain/places";
import { observed } from "../../refusals/record";
import { World, type Outcome } from ".";
import { seedOf } from "./keylessSeed";

const access = readFileSync(join(root, "test/fixtures/keyless.yaml"), "utf8");
/** No step has had a token when the stack first comes up without secrets: there is no discovery document yet. */
const steady: Partial<Readings> = { discovery: "afterFirstUse" };

export interface StepRun {
  readonly result: string;
  readonly log: string;
}

export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly secured: boolean;
}

export class KeylessWorld {
  private isAsking = false;
  private loop: Promise<void> | undefined;
  /** What the loop runs: steps have no `oidc` before the stack has come up without secrets, as the guide has it. */
  private twice: "twice" | "twice before" = "twice before";
  private readonly runs: Promise<void>[] = [];
  /** Steps that have ended, in order. */
  readonly ended: StepRun[] = [];

  private constructor(
    readonly world: World,
    private readonly server: RunningKeycloak,
    private readonly folder: string,
  ) {}

  static async start(credential: PipelineCredential): Promise<KeylessWorld> {
    const folder = mkdtempSync(join(tmpdir(), "keyless "));
    const distribution = await ensureExtendedKeycloak();
    const admin = { user: "admin", password: randomBytes(24).toString("base64url") };
    const server = await startKeycloak({ distribution, folder, port: await freePort(), admin });
    const world = await World.start({
      access,
      seed: (administratorToken, realmIssuer) => seedOf(acmeSeed({ administratorToken }), realmIssuer),
      keycloak: { url: await observed(server.url), ...admin },
      emulatorFile: join(folder, "bitbucket.json"),
      settings: { "pipelines.credential": credential },
      readings: steady,
    });
    return new KeylessWorld(world, server, folder);
  }

  async stop(): Promise<void> {
    await this.stopAsking();
    await this.world.stop();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get issuer(): string {
    return `${this.world.keycloakUrl}/realms/${this.world.realm}`;
  }

  /** An `up` with this setting, whatever comes of it. */
  async up(credential: PipelineCredential, ...args: string[]): Promise<Outcome> {
    const { keycloakUrl, realm, emulator } = this.world;
    this.world.writeStack("local", {
      "keycloak.url": keycloakUrl,
      "keycloak.realm": realm,
      "bitbucket.url": emulator.url,
      "signIn.url": emulator.url,
      "pipelines.credential": credential,
    });
    return this.world.pulumi("up", "--stack", "local", "--yes", "--skip-preview", ...args);
  }

  /** The same, which has to succeed. */
  async succeed(credential: PipelineCredential, ...args: string[]): Promise<string> {
    const { code, text } = await this.up(credential, ...args);
    if (code !== 0) throw new Error(`up with ${credential} exited with ${code}:\n${text}`);
    if (credential !== "rotated") this.twice = "twice";
    return text;
  }

  /** Declares the environment otherwise. Example: `dev: { type: test, restricted: true }`. */
  declare(environment: string): void {
    this.world.writeAccess(access.replace(/dev: \{ type.*\}/, environment));
  }

  /** Plays other readings of Atlassian's documents from now on, beside the one that there is no discovery document. */
  async play(readings: Partial<Readings>): Promise<void> {
    await play(this.world.emulator, { ...steady, ...readings });
  }

  /** Runs a step that deploys to its end. */
  async step(pipeline: "once" | "once before" | KeylessWorld["twice"], branch = "main"): Promise<StepRun> {
    const selector = { type: "custom", pattern: pipeline };
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: branch, selector };
    const all = "/2.0/repositories/acme/payments-api/pipelines/";
    const { status, json } = await this.world.bitbucket("POST", all, { target });
    if (status !== 201) throw new Error(`no pipeline was started: ${status} ${JSON.stringify(json)}`);
    const path = `${all}${(json as { uuid: string }).uuid}`;
    for (;;) {
      const { state } = (await this.world.bitbucket("GET", path)).json as State;
      if (state.name !== "COMPLETED") {
        await sleep(200);
        continue;
      }
      const { values } = (await this.world.bitbucket("GET", `${path}/steps/`)).json as Steps;
      const { json: log } = await this.world.bitbucket("GET", `${path}/steps/${values[0]?.uuid ?? ""}/log`);
      return { result: state.result?.name ?? "", log: String(log) };
    }
  }

  /** Starts a step every two seconds, until told to stop. */
  startAsking(): void {
    this.isAsking = true;
    const ask = async (): Promise<void> => void this.ended.push(await this.step(this.twice));
    const loop = async (): Promise<void> => {
      while (this.isAsking) {
        this.runs.push(ask());
        await sleep(2000);
      }
    };
    this.loop = loop();
  }

  /** Waits until every step that runs now has ended: none is left that knows of an older way only. */
  async stepsOfBeforeEnd(): Promise<void> {
    await Promise.all([...this.runs]);
  }

  async stopAsking(): Promise<void> {
    this.isAsking = false;
    await this.loop;
    await Promise.all(this.runs);
  }

  /** What stands in the deployment environments, secured values in plain text: read from the emulator's own file. */
  variables(): Variable[] {
    const found: Variable[] = [];
    JSON.parse(readFileSync(join(this.folder, "bitbucket.json"), "utf8"), (_name, value: unknown) => {
      const { key, value: text, secured } = (value ?? {}) as Partial<Variable>;
      if (key !== undefined && text !== undefined)
        found.push({ key, value: text, secured: secured ?? false });
      return value;
    });
    return found;
  }

  /** What was logged of clients that signed in or were refused. */
  async events(): Promise<LoggedEvent[]> {
    const path = `/${this.world.realm}/events?max=10000`;
    return (await this.world.keycloak("GET", path)).json as LoggedEvent[];
  }
}

interface State {
  readonly state: { readonly name: string; readonly result?: { readonly name: string } };
}
interface Steps {
  readonly values: readonly { readonly uuid: string }[];
}
export interface LoggedEvent {
  readonly type: string;
  readonly clientId?: string;
  readonly details?: Readonly<Record<string, string>>;
}
