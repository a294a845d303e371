/**
 * Bitbucket Cloud on a laptop.
 *
 * Bitbucket Cloud cannot be installed, and a program that grants rights should not be tried out on a real
 * workspace first. This server keeps Bitbucket's contract as far as this house uses it, strictly: it stores,
 * pages, checks credentials, scopes and rights, runs pipelines, and refuses aloud whatever the contract does
 * not know. It knows nothing of the programs that talk to it.
 */
import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { type AddressInfo } from "node:net";
import { addApi, type App } from "./app";
import { Clock } from "./clock";
import { controlApp } from "./control";
import { type Merges } from "./git/merge";
import { type State } from "./entities";
import { Faults } from "./faults";
import { Meter, type Limits } from "./limits";
import { type Manner } from "./manner";
import { RequestLog } from "./requestLog";
import { readingsOf, type Readings } from "./readings";
import { gitApp } from "./routes/git";
import { Runner } from "./runner";
import { stateOf } from "./seed";
import { type Seed } from "./seedSchema";
import { statusPage } from "./statusPage";
import { readState, Store } from "./store";

export { type Fault, type FaultReport, type Faults } from "./faults";
export { type Limits } from "./limits";
export { openReadings, type Readings } from "./readings";
export { type Seed } from "./seedSchema";
export { type LogEntry, type RequestLog } from "./requestLog";

export interface EmulatorOptions {
  /** Port to listen on. Default 0: any that is free. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Where the state is kept. If there is one already, it is continued and the seed is not used. Default: memory only. */
  readonly file?: string;
  /** What to start from. Default: an empty workspace named `emulator`. */
  readonly seed?: Seed;
  /** File that the request log is appended to, as JSON lines. Default: memory only. */
  readonly logFile?: string;
  /** Entries of the request log that are kept in memory; the file keeps them all. Default 20,000. */
  readonly logEntries?: number;
  /** Milliseconds before a new environment takes variables. Default 300. */
  readonly environmentDelay?: number;
  /** Milliseconds before a change of an environment, which was accepted, is carried out. Default 0. */
  readonly changeDelay?: number;
  /** Milliseconds before what was written in an organisation can be seen. Default 0. */
  readonly organizationDelay?: number;
  /** Default `strict`; `generous` for clients that rely on what Bitbucket does besides its contract. */
  readonly manner?: Manner;
  /** What to play of what Atlassian's documents leave open. Default: the first of each. */
  readonly readings?: Partial<Readings>;
  /** How the API merges. Default `git`. */
  readonly merges?: Merges;
  /** Limits of requests to keep; `{}` for those of Bitbucket. Default: none. */
  readonly limits?: Limits;
  /** Milliseconds after which a step of a pipeline is ended. Default 120,000. */
  readonly stepTimeout?: number;
  /** Folder that the caches of pipelines are kept in, by name. Default: each step finds its caches empty. */
  readonly caches?: string;
}

export interface Emulator {
  /** Origin to reach it at, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly log: RequestLog;
  /** What goes wrong on demand; nothing to begin with. */
  readonly faults: Faults;
  /** Its time, which a test can let pass. */
  readonly clock: Clock;
  /** Ends running steps, writes what is to be kept, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts an emulator.
 *
 * @throws if the seed or the file cannot be understood, or the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", file, seed = { workspace: { slug: "emulator" } } } = options;
  const initial = (): State => stateOf(seed);
  const store = new Store(file === undefined ? undefined : readState(file), initial, file);
  const log = new RequestLog(options.logFile, options.logEntries);
  const faults = new Faults();
  const clock = new Clock();
  let readings = readingsOf(options.readings ?? {});
  let url = "";
  const runner = new Runner(store, {
    url: () => url,
    readings: () => readings,
    stepTimeout: options.stepTimeout ?? 120_000,
    ...(options.caches === undefined ? {} : { caches: options.caches }),
  });
  const replace = async (state: State): Promise<void> => {
    await runner.stopAll();
    store.restart(state);
    await store.saved();
  };

  const world = {
    store,
    runner,
    get url() {
      return url;
    },
    clock,
    manner: options.manner ?? "strict",
    merges: options.merges ?? "git",
    readings: () => readings,
    meter: new Meter(options.limits, () => clock.now()),
    changeDelay: options.changeDelay ?? 0,
    organizationDelay: options.organizationDelay ?? 0,
    environmentDelay: options.environmentDelay ?? 300,
  };
  const app: App = new Hono({ strict: false });
  app.get("/", (context) => context.html(statusPage(store.state, log, url)));
  // A browser asks for it by itself; that is no request of Bitbucket's contract.
  app.get("/favicon.ico", (context) => context.body(null, 204));
  app.route("/", gitApp(world));
  app.route(
    "/emulator",
    controlApp({
      log,
      faults,
      clock,
      readings: () => readings,
      read: (chosen) => (readings = readingsOf(chosen)),
      state: () => store.state,
      reset: () => replace(initial()),
      seed: (other) => replace(stateOf(other)),
    }),
  );
  addApi(app, world, log, faults);

  const server = await listen(app, port, host);
  url = `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  await store.saved();

  const close = async (): Promise<void> => {
    await runner.stopAll();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
    await store.close();
    await log.close();
  };
  return { url, log, faults, clock, close };
}

function listen(app: App, port: number, hostname: string): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, () => {
      resolve(server);
    });
    server.once("error", reject);
  });
}
