/**
 * Starts Keycloak for local runs and tests: one distribution, any number of servers. Each keeps its database,
 * log and process record in a folder of its own, so that nothing of 180 MB is copied.
 *
 * https://www.keycloak.org/server/all-config
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { once, send } from "@bitbucket-keycloak/http";
import { isAlive, lastLines, startOf } from "./processes";
import { addressOf } from "../access/settings/serverUrl";
import { variable } from "../access/environment";

export interface KeycloakOptions {
  /** Folder of the distribution, as `ensureToolchain` gives it. */
  readonly distribution: string;
  /** Holds `keycloak.mv.db`, `keycloak.log` and `keycloak.json` (the process). Made if it is not there. */
  readonly folder: string;
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** The first administrator; a database that is there already keeps the one it has. */
  readonly admin: { readonly user: string; readonly password: string };
  /** Goes on when this process ends. Default false. */
  readonly detached?: boolean;
  /**
   * Whether much will be asked of it: Java's thorough compiler doubles what a start costs, and halves what each request costs
   * once a few thousand have come. Default false.
   */
  readonly busy?: boolean;
  /** Seconds until it must answer. Default 180. */
  readonly timeout?: number;
}

export interface RunningKeycloak {
  /** For example `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** Ends it and waits for that; a server that was not started here is left alone. */
  readonly stop: () => Promise<void>;
}

/** The process of a server. */
export interface KeycloakProcess {
  readonly pid: number;
  readonly start: string;
  readonly url: string;
}

/**
 * Starts a server, and returns once it answers. One that somebody began to start in this folder, and did not wait
 * for, is waited for: a second one could not open its database.
 *
 * @throws if the port is taken, before anything starts; or with the end of its log, if it ends or does not
 *   answer in time
 */
export async function startKeycloak(options: KeycloakOptions, env = process.env): Promise<RunningKeycloak> {
  const { folder, port, detached = false } = options;
  const url = `http://127.0.0.1:${port}`;
  const left = await keycloakProcess(folder);
  if (left !== undefined && left.url !== url) await running(folder, left).stop();
  const record = left?.url === url ? left : await launch(options, url, env);

  const kill = (): void => {
    signalGroup(record, "SIGTERM");
  };
  if (!detached) process.once("exit", kill);
  await untilItAnswers(options, record);
  return {
    url,
    stop: async () => {
      process.off("exit", kill);
      await running(folder, record).stop();
    },
  };
}

async function launch(
  options: KeycloakOptions,
  url: string,
  env: NodeJS.ProcessEnv,
): Promise<KeycloakProcess> {
  const { distribution, folder, port } = options;
  if (!(await isFree(port))) {
    throw new Error(
      `port ${port} is taken, so Keycloak cannot listen there; end what does, or choose another port`,
    );
  }
  await mkdir(folder, { recursive: true });
  const log = await open(logFile(folder), "w", 0o600);
  // A process group of its own: its starter is a shell script, and both have to go at the end.
  const child = spawn(join(distribution, "bin/kc.sh"), startArguments(port), {
    env: serverEnvironment(options, env),
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const failed = new Promise<never>((_resolve, reject) => child.once("error", reject));
  failed.catch(() => undefined);
  if (child.pid === undefined) return failed;
  const record: KeycloakProcess = { pid: child.pid, start: startOf(child.pid), url };
  // At once: a server that nobody has a record of would keep its database to itself.
  writeFileSync(recordFile(folder), JSON.stringify(record));
  await log.close();
  if (options.detached) child.unref();
  return record;
}

async function untilItAnswers(
  { folder, timeout = 180 }: KeycloakOptions,
  record: KeycloakProcess,
): Promise<void> {
  const deadline = Date.now() + timeout * 1000;
  while (!(await answers(record.url))) {
    const dead = !isAlive(record.pid, record.start);
    if (!dead && Date.now() < deadline) {
      await sleep(250);
      continue;
    }
    await running(folder, record).stop();
    const what = dead ? "ended before it answered" : `did not answer within ${timeout} s`;
    const said = lastLines(await readFile(logFile(folder), "utf8"), 15);
    throw new Error(`Keycloak ${what}; the end of ${logFile(folder)}:\n${said}`);
  }
}

/** The server that keeps its data in this folder, if it runs and answers. */
export async function findKeycloak(folder: string): Promise<RunningKeycloak | undefined> {
  const record = await keycloakProcess(folder);
  if (record === undefined || !(await answers(record.url))) return undefined;
  return running(folder, record);
}

/** The process of the server that keeps its data in this folder, whether or not it answers already. */
export async function keycloakProcess(folder: string): Promise<KeycloakProcess | undefined> {
  const record = await readRecord(folder);
  return record !== undefined && isAlive(record.pid, record.start) ? record : undefined;
}

/** Ends whatever server keeps its data in this folder, also one that still starts or no longer answers. */
export async function stopKeycloak(folder: string): Promise<void> {
  const record = await readRecord(folder);
  if (record !== undefined) await running(folder, record).stop();
}

/** The server that `KEYCLOAK_URL` names, which is used as it is; undefined if the variable is not set. */
export function givenKeycloak(env: NodeJS.ProcessEnv = process.env): RunningKeycloak | undefined {
  const url = env[variable.keycloakUrl];
  return url === undefined || url === ""
    ? undefined
    : { url: addressOf(url)?.url ?? url, stop: async () => {} };
}

/** Nothing is baked in here: that is the distribution's build. */
function startArguments(port: number): string[] {
  return [
    "start",
    "--optimized",
    "--http-enabled=true",
    "--http-host=127.0.0.1",
    `--http-port=${port}`,
    // Whatever name it is called by is the issuer: 127.0.0.1 and localhost both work.
    "--hostname-strict=false",
    // No cluster: two servers on one machine must not find each other.
    "--cache=local",
  ];
}

function serverEnvironment(
  { folder, admin, busy = false }: KeycloakOptions,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  // Settings of another Keycloak, meant for another server.
  const foreign = Object.keys(env).filter((name) => /^(KC|QUARKUS)_|^JAVA_OPTS/.test(name));
  return {
    ...env,
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    KC_DB_URL: `jdbc:h2:file:${join(folder, "keycloak")};NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0`,
    KC_BOOTSTRAP_ADMIN_USERNAME: admin.user,
    KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    JAVA_OPTS_KC_HEAP: "-Xms64m -Xmx768m",
    // The quick compiler alone: a short life never earns back what the thorough one costs on two cores.
    JAVA_OPTS_APPEND: busy ? "" : "-XX:TieredStopAtLevel=1",
    QUARKUS_TRANSACTION_MANAGER_OBJECT_STORE_DIRECTORY: join(folder, "transactions"),
  };
}

function running(folder: string, record: KeycloakProcess): RunningKeycloak {
  return {
    url: record.url,
    stop: async () => {
      signalGroup(record, "SIGTERM");
      for (let wait = 0; isAlive(record.pid, record.start); wait += 100) {
        if (wait === 20_000) signalGroup(record, "SIGKILL");
        await sleep(100);
      }
      await rm(recordFile(folder), { force: true });
    },
  };
}

function signalGroup({ pid, start }: KeycloakProcess, signal: NodeJS.Signals): void {
  if (!isAlive(pid, start)) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended.
  }
}

function logFile(folder: string): string {
  return join(folder, "keycloak.log");
}

function recordFile(folder: string): string {
  return join(folder, "keycloak.json");
}

async function readRecord(folder: string): Promise<KeycloakProcess | undefined> {
  try {
    return JSON.parse(await readFile(recordFile(folder), "utf8")) as KeycloakProcess;
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await send(`${url}/realms/master`, { timeout: 5000, patience: once })).ok;
  } catch {
    return false;
  }
}

/** A port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether nothing listens on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
