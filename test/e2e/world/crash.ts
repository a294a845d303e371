/**
 * A small world whose stack talks to both systems through a proxy each, so that a run can be made to die at any
 * request; and what has to be true once it has been mended.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { administratorScopes } from "../../../toolchain/acme";
import { recover } from "../../../commands/recover/recover";
import { momentVariable } from "../../../checkout/moment";
import { compiled, root } from "../../../toolchain/places";
import { Progress } from "../../../toolchain/progress";
import { administrator, ended, World, type Outcome } from ".";
import { strike } from "./deaths";
import { kill } from "./processes";
import { Fronts, type Passing } from "./proxy";
import { sharedWorld } from "./shared";
import { type Strike, type Strikes, type Point, type SystemName, systems } from "./strikes";
import { Systems, type Held, type Outputs } from "./systems";

/** What a run of the engine left: its resources, as far as two runs leave the same. */
export type Recorded = readonly string[];

/** A file of `test/fixtures/crash`. */
export type Access = "first" | "second" | "moved" | "renamed";

/** What brings a stack up: plain `pulumi up`, or the command `deploy`. */
export type Run = "up" | "deploy";

export class CrashWorld {
  private constructor(
    readonly world: World,
    private readonly fronts: Fronts,
    private readonly files: string,
    private readonly hasFolder: boolean,
  ) {}

  /** @param env what the runs are told besides: a backend other than the folder of the test, for one. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<CrashWorld> {
    const files = mkdtempSync(join(tmpdir(), "crash "));
    const fronts = new Fronts();
    const world = await World.start({
      access: accessOf("first"),
      seed: (administratorToken) => ({
        workspace: { slug: "acme", plan: "premium" },
        accounts: [
          {
            name: "Administrator",
            email: administrator,
            tokens: [{ token: administratorToken, scopes: [...administratorScopes] }],
          },
          ...["ana", "ben"].map((name) => ({ name, email: `${name}@acme.example` })),
        ],
        administrators: [administrator],
        projects: [
          { key: "PAY", name: "Payments" },
          { key: "SHOP", name: "Shop" },
        ],
        repositories: ["api", "web"].map((slug) => ({ slug, project: "PAY" })),
      }),
      front: fronts.front,
      emulatorFile: join(files, "state.json"),
      env,
    });
    cpSync(join(world.folder, "state"), join(files, "state"), { recursive: true });
    return new CrashWorld(world, fronts, files, env.PULUMI_BACKEND_URL === undefined);
  }

  async stop(): Promise<void> {
    await this.world.stop();
    this.fronts.close();
    rmSync(this.files, { recursive: true });
  }

  /** Back to where it began, whatever has happened. */
  async reset(): Promise<void> {
    await this.world.keycloak("DELETE", `/${this.world.realm}`);
    await fetch(`${this.world.emulator.url}/emulator/reset`, { method: "POST" });
    const state = join(this.world.folder, "state");
    rmSync(state, { recursive: true });
    cpSync(join(this.files, "state"), state, { recursive: true });
    if (this.hasFolder) return;
    await this.world.pulumi("cancel", "--yes", "--stack", "local");
    await this.world.succeed("stack", "rm", "local", "--yes", "--force", "--preserve-config");
    await this.world.succeed("stack", "init", "local");
  }

  declare(access: Access): void {
    this.world.writeAccess(accessOf(access));
  }

  /** An `up` to its end. */
  async up(...args: string[]): Promise<Outcome> {
    return this.run("up", ...args);
  }

  /** A run to its end. */
  async run(run: Run, ...args: string[]): Promise<Outcome> {
    this.fronts.forget();
    return ended(this.begin(run, ...args));
  }

  private begin(run: Run, ...args: string[]): ChildProcess {
    if (run === "up") return this.world.start("up", "--stack", "local", "--yes", "--skip-preview", ...args);
    const script = join(root, "test/e2e/world/deploying.ts");
    return spawn(process.execPath, [compiled, script, sharedWorld().toolchain.pulumi], {
      cwd: this.world.folder,
      env: this.world.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** The requests of the last run, in the order of their systems. */
  points(): Point[] {
    return systems.flatMap((system) => this.fronts[system].passed.map(this.counted(system)));
  }

  /**
   * A run that dies at the first request that something strikes at.
   *
   * @returns what struck, undefined if nothing did, and how it ended
   */
  async runUnder(strikes: Strikes, run: Run = "up"): Promise<{ struck?: Strike; outcome: Outcome }> {
    const child = this.begin(run);
    let struck: Strike | undefined;
    let survivors: number[] = [];
    for (const system of systems) {
      const count = this.counted(system);
      this.fronts[system].set({
        catches: (request) => {
          // The dead ask nothing: what still comes was on its way.
          if (struck === undefined) struck = strikes.at(count(request));
          else return false;
          return struck !== undefined;
        },
        get moment() {
          return struck?.moment ?? "before";
        },
        spring: () => {
          survivors = strike(child, struck?.death ?? "engine", system);
        },
      });
    }
    const outcome = await ended(child);
    this.fronts.set(undefined);
    this.survivors.push(...survivors);
    return { ...(struck && { struck }), outcome };
  }

  private readonly survivors: number[] = [];

  /** Ends what engines that were killed have left running. */
  bury(): void {
    kill(this.survivors.splice(0));
  }

  recover(): Promise<string[]> {
    const engine = {
      command: sharedWorld().toolchain.pulumi,
      env: this.world.env,
      cwd: this.world.folder,
    };
    return recover("local", engine, new Progress({ write: () => undefined }));
  }

  async destroy(): Promise<Outcome> {
    return this.world.pulumi("destroy", "--stack", "local", "--yes", "--skip-preview");
  }

  held(): Promise<unknown> {
    return this.look().held();
  }

  now(): Promise<Held> {
    return this.look().look();
  }

  rights(): Promise<ReadonlySet<string>> {
    return this.look().rights();
  }

  brokenCredentials(): Promise<string[]> {
    return this.look().brokenCredentials({ pipelines: 1, people: 2 });
  }

  /** What the state knows: each resource, and what is its own of what it found. */
  async recorded(): Promise<Recorded> {
    const text = await this.world.succeed("stack", "export", "--stack", "local");
    const { deployment } = JSON.parse(text) as { deployment: Deployment };
    const resources = (deployment.resources ?? []).map(({ urn, outputs: { adopted, placed } = {} }) =>
      [urn.split("::").slice(2).join("::"), JSON.stringify(sorted(adopted)), JSON.stringify(sorted(placed))]
        .join(" ")
        .trim(),
    );
    const pending = (deployment.pending_operations ?? []).map(({ type }) => `pending: ${type}`);
    return [...resources, ...pending].sort();
  }

  /** Runs from now on take place at this moment. */
  setMoment(moment: Date): void {
    this.world.env[momentVariable] = moment.toISOString();
  }

  /** The credential that a step would be given, now. */
  published(): string {
    const [credential, ...others] = this.look().pipelineCredentials();
    if (credential === undefined || others.length > 0)
      throw new Error(`found ${others.length + 1} credentials`);
    return credential;
  }

  isGood(credential: string): Promise<boolean> {
    return this.look().isGood(credential);
  }

  /** Names of the realm's keys, those that the engine does not know included. */
  async keys(): Promise<string[]> {
    const path = `/${this.world.realm}/components?type=org.keycloak.keys.KeyProvider`;
    const { json } = await this.world.keycloak("GET", path);
    return (json as { name: string }[]).map(({ name }) => name).sort();
  }

  private look(): Systems {
    const { keycloak } = sharedWorld();
    return new Systems({
      keycloak: { ...keycloak, realm: this.world.realm },
      bitbucket: {
        url: this.world.emulator.url,
        email: administrator,
        apiToken: this.world.administratorToken,
      },
      emulatorFile: join(this.files, "state.json"),
      outputs: () => this.world.outputs<Outputs>(),
    });
  }

  /** Numbers the requests that look the same. */
  private counted(system: SystemName): (request: Passing) => Point {
    const seen = new Map<string, number>();
    return ({ method, path }) => {
      const request = `${method} ${plain(path).replace(this.world.realm, "R")}`;
      const nth = (seen.get(request) ?? 0) + 1;
      seen.set(request, nth);
      return { system, request, nth };
    };
  }
}

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly outputs?: { readonly adopted?: unknown; readonly placed?: unknown };
  }[];
  readonly pending_operations?: readonly { readonly type: string }[];
}

/** Whether a request changes something; a sign-in does not. */
export function isWrite({ request }: Point): boolean {
  return !request.startsWith("GET ") && !request.startsWith("POST /realms/");
}

/** Path without the ids that each run makes anew. */
function plain(path: string): string {
  return decodeURIComponent(path)
    .replace(/\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?/g, "*")
    .replace(/\/\d+(?=\/|$)/g, "/*");
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).sort() : value;
}

function accessOf(name: Access): string {
  return readFileSync(join(root, "test/fixtures/crash", `${name}.yaml`), "utf8");
}
