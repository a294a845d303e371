/**
 * The runner: takes the steps of a pipeline one after the other and runs their scripts for real, each in a
 * folder of its own with the files of the commit and exactly the environment that Bitbucket would give it. Variables are read when a
 * step starts, so that one which is changed in between is seen by the next step.
 *
 * Before a step that deploys to an environment its starter may not deploy to, and before a manual step, the
 * pipeline pauses. Bitbucket has no public endpoint to go on from there, so neither has the emulator.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, type Pipeline, type Step } from "./code";
import { type Environment, type Repository } from "./entities";
import { stepToken } from "./oidc";
import { type Readings } from "./readings";
import { deployRefusal } from "./rules";
import { mask, secretsOf, stepEnvironment, type StepContext } from "./stepEnvironment";
import { checkOut, keepCaches, restoreCaches } from "./stepFolder";
import { stopPipelines, type Store } from "./store";

/** Characters that a step's log keeps. */
const logBound = 1_000_000;

export interface RunnerOptions {
  /** Origin that the emulator is reached at. */
  readonly url: () => string;
  readonly readings: () => Readings;
  /** Milliseconds after which a step is ended. */
  readonly stepTimeout: number;
  /** Where caches are kept, by name. Default: nowhere. */
  readonly caches?: string;
}

interface Running {
  readonly pipeline: Pipeline;
  readonly child: ChildProcess;
}

export class Runner {
  private readonly running = new Map<string, Running>();
  private readonly pipelines = new Set<Promise<void>>();

  constructor(
    private readonly store: Store,
    private readonly options: RunnerOptions,
  ) {}

  /** Starts a pipeline; it goes on after this returns. */
  start(repository: Repository, pipeline: Pipeline): void {
    const run = this.run(repository, pipeline).finally(() => this.pipelines.delete(run));
    this.pipelines.add(run);
  }

  /** Ends a pipeline and the step that is running. */
  stop(pipeline: Pipeline): void {
    if (pipeline.completedOn === undefined) complete(pipeline, "STOPPED");
    this.kill(pipeline);
  }

  /** Ends every pipeline, and waits until no process is left. */
  async stopAll(): Promise<void> {
    for (const repository of this.store.state.repositories) stopPipelines(repository);
    for (const { pipeline } of this.running.values()) this.kill(pipeline);
    await Promise.all(this.pipelines);
  }

  private kill(pipeline: Pipeline): void {
    for (const running of this.running.values()) {
      if (running.pipeline === pipeline) killGroup(running.child);
    }
  }

  private async run(repository: Repository, pipeline: Pipeline): Promise<void> {
    pipeline.status = "IN_PROGRESS";
    for (const step of pipeline.steps) {
      const outcome = await this.advance(repository, pipeline, step);
      // Stopped meanwhile: whoever did it has said so already.
      if (pipeline.completedOn !== undefined) break;
      if (outcome === "PAUSED") {
        pipeline.status = "PAUSED";
        break;
      }
      if (outcome !== "SUCCESSFUL") {
        complete(pipeline, outcome);
        break;
      }
    }
    if (pipeline.status === "IN_PROGRESS") complete(pipeline, "SUCCESSFUL");
    await this.store.saved();
  }

  private async advance(repository: Repository, pipeline: Pipeline, step: Step): Promise<Outcome | "PAUSED"> {
    const environment = repository.environments.find(
      (each) => each.name.toLowerCase() === step.deployment?.toLowerCase(),
    );
    const refusal = environment && deployRefusal(this.store.state, repository, pipeline.creator, environment);
    if (step.manual || refusal !== undefined) {
      step.log = refusal === undefined ? "" : `Paused: ${refusal}\n`;
      return (step.status = "PAUSED");
    }
    step.startedOn = new Date().toISOString();
    step.status = "IN_PROGRESS";
    let outcome: Outcome;
    try {
      outcome = await this.execute({ repository, pipeline, step, ...known(step, environment) });
    } catch (error) {
      step.log += `${error instanceof Error ? error.message : String(error)}\n`;
      outcome = "ERROR";
    }
    step.completedOn = new Date().toISOString();
    return (step.status = outcome);
  }

  private async execute(
    step: Pick<StepContext, "repository" | "pipeline" | "step" | "environment">,
  ): Promise<Outcome> {
    const { state } = this.store;
    const folder = await mkdtemp(join(tmpdir(), "step-"));
    try {
      const { url, readings, caches } = this.options;
      const oidcToken =
        step.step.oidc === undefined ? undefined : await stepToken(url(), { ...step, state }, readings());
      if (!step.step.noClone) await checkOut(step.repository, step.pipeline.commit, folder);
      await restoreCaches(caches, step.step, folder);
      if (step.pipeline.completedOn !== undefined) return "STOPPED";
      const outcome = await this.runScript({
        ...step,
        state,
        folder,
        ...(oidcToken === undefined ? {} : { oidcToken }),
      });
      if (outcome === "SUCCESSFUL") await keepCaches(caches, step.step, folder);
      return outcome;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private runScript(context: StepContext): Promise<Outcome> {
    const { pipeline, step, folder } = context;
    const secrets = secretsOf(context);
    const child = spawn("/bin/sh", ["-e", "-c", scriptOf(step)], {
      cwd: folder,
      env: stepEnvironment(context),
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that what the script started ends with it.
      detached: true,
    });
    this.running.set(step.uuid, { pipeline, child });
    const limit = this.options.stepTimeout;
    let raw = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, limit);
    const append = (chunk: Buffer): void => {
      raw = (raw + chunk.toString("utf8")).slice(0, logBound);
      // Whole lines only, so that half a secret is never shown.
      step.log = mask(raw.slice(0, raw.lastIndexOf("\n") + 1), secrets);
    };
    child.stdout.on("data", append);
    child.stderr.on("data", append);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        step.log = mask(raw, secrets) + (late ? `\nended after ${limit / 1000} s\n` : "");
        if (pipeline.completedOn !== undefined) resolve("STOPPED");
        else resolve(code === 0 ? "SUCCESSFUL" : "FAILED");
      });
    }).finally(() => {
      clearTimeout(timer);
      this.running.delete(step.uuid);
    }) as Promise<Outcome>;
  }
}

/** The environment that a step names, which has to exist. */
function known(step: Step, environment: Environment | undefined): { readonly environment?: Environment } {
  if (environment) return { environment };
  if (step.deployment === undefined) return {};
  throw new Error(`The deployment environment '${step.deployment}' does not exist in this repository.`);
}

/** Shows each command before it runs, as Bitbucket's log does. */
function scriptOf(step: Step): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  return step.script.map((command) => `printf '%s\\n' ${quote(`+ ${command}`)}\n${command}`).join("\n");
}

function complete(pipeline: Pipeline, outcome: Outcome): void {
  pipeline.status = outcome;
  pipeline.completedOn = new Date().toISOString();
  for (const step of pipeline.steps) if (step.status === "PENDING") step.status = "NOT_RUN";
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
