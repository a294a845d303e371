/** Keycloak and the Bitbucket emulator as processes that outlive the command that started them. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { once, send } from "@bitbucket-keycloak/http";
import type { Settings } from "../../access";
import { acmeSeed } from "../../toolchain/acme";
import type { LocalCredentials } from "../../toolchain/environment";
import {
  findKeycloak,
  givenKeycloak,
  isFree,
  keycloakProcess,
  startKeycloak,
  stopKeycloak,
} from "../../toolchain/keycloak";
import { compiled, localFolder, root } from "../../toolchain/places";
import { isAlive, lastLines, startOf } from "../../toolchain/processes";
import type { Progress } from "../../toolchain/progress";
import { identityFiles, pushCheckout } from "./identity";

const keycloakFolder = join(localFolder, "keycloak");
const emulatorFolder = join(localFolder, "bitbucket");
const recordFile = join(emulatorFolder, "process.json");

export interface ServerStatus {
  /** Address, where it answers. */
  readonly keycloak?: string;
  readonly bitbucket?: string;
}

/** @throws one error that names every port somebody else listens on, before anything starts */
export async function checkPorts(settings: Settings): Promise<void> {
  const given = givenKeycloak(process.env);
  const wanted = [
    ...(given
      ? []
      : [{ url: settings.keycloak.url, what: "Keycloak", own: await keycloakProcess(keycloakFolder) }]),
    { url: settings.bitbucket.url, what: "Bitbucket emulator", own: await emulatorProcess() },
  ];
  const taken: string[] = [];
  for (const { url, what, own } of wanted) {
    if (!isSame(own?.url, url) && !(await isFree(portOf(url)))) taken.push(`${portOf(url)} (${what})`);
  }
  if (taken.length > 0) {
    throw new Error(
      `found taken by another program: port ${taken.join(" and port ")}; nothing was started. End that program, or choose other ports in stacks/Pulumi.local.yaml`,
    );
  }
}

/**
 * Starts the servers that do not run yet; Keycloak only where `credentials` has its administrator, so not one that
 * `KEYCLOAK_URL` names.
 *
 * @param distribution folder of the Keycloak to start; undefined where it runs already
 * @throws Error with the end of its log if the emulator does not start
 */
export async function startServers(
  settings: Settings,
  credentials: LocalCredentials,
  distribution: string | undefined,
  progress: Progress,
): Promise<void> {
  const running = await statusOf(settings, process.env);
  const { keycloak: admin } = credentials;
  await Promise.all([
    !running.keycloak &&
      admin &&
      progress.step("starting Keycloak", () =>
        startKeycloak({
          distribution: distribution ?? "",
          folder: keycloakFolder,
          port: portOf(settings.keycloak.url),
          admin,
          detached: true,
        }),
      ),
    !running.bitbucket &&
      progress.step("starting the Bitbucket emulator", () => startEmulator(settings, credentials)),
  ]);
}

/** Ends both servers, as far as `npm run local` started them. Their data stays. */
export async function stopServers(): Promise<void> {
  await Promise.all([stopKeycloak(keycloakFolder), stopEmulator()]);
}

/** What answers where the settings say; a Keycloak that `KEYCLOAK_URL` names counts as running. */
export async function statusOf(settings: Settings, env: NodeJS.ProcessEnv): Promise<ServerStatus> {
  const keycloak = givenKeycloak(env) ?? (await findKeycloak(keycloakFolder));
  const emulator = await emulatorProcess();
  const { url } = settings.bitbucket;
  const isThere = isSame(emulator?.url, url) && (await answers(url));
  return {
    keycloak: isSame(keycloak?.url, settings.keycloak.url) ? settings.keycloak.url : undefined,
    bitbucket: isThere ? url : undefined,
  };
}

async function startEmulator(settings: Settings, credentials: LocalCredentials): Promise<void> {
  await stopEmulator();
  await mkdir(emulatorFolder, { recursive: true });
  const seedFile = join(emulatorFolder, "seed.json");
  const stateFile = join(emulatorFolder, "state.json");
  const isNew = !existsSync(stateFile);
  const seed = acmeSeed({
    administratorToken: credentials.bitbucket.apiToken,
    tokens: credentials.people,
    realmIssuer: `${settings.keycloak.url}/realms/${settings.keycloak.realm}`,
    identity: identityFiles(root),
  });
  await writeFile(seedFile, JSON.stringify(seed), { mode: 0o600 });

  const url = settings.bitbucket.url;
  const logFile = join(emulatorFolder, "emulator.log");
  const log = await open(logFile, "w", 0o600);
  const child = spawn(
    process.execPath,
    [
      ...[
        compiled,
        join(root, "packages/bitbucket-emulator/main.ts"),
        "--port",
        String(portOf(url)),
        "--seed",
        seedFile,
      ],
      ...["--file", stateFile, "--log", join(emulatorFolder, "requests.jsonl")],
    ],
    { cwd: root, detached: true, stdio: ["ignore", log.fd, log.fd] },
  );
  if (child.pid === undefined) throw new Error("the Bitbucket emulator could not be started");
  const record = { pid: child.pid, start: startOf(child.pid), url };
  writeFileSync(recordFile, JSON.stringify(record));
  await log.close();
  child.unref();

  const deadline = Date.now() + 30_000;
  while (!(await answers(url))) {
    if (!isAlive(record.pid, record.start) || Date.now() > deadline) {
      await stopEmulator();
      throw new Error(
        `the Bitbucket emulator did not start; the end of ${logFile}:\n${lastLines(await readFile(logFile, "utf8"), 15)}`,
      );
    }
    await sleep(100);
  }
  if (isNew) await pushCheckout(root, settings.bitbucket, credentials.bitbucket);
}

async function stopEmulator(): Promise<void> {
  const record = await emulatorProcess();
  if (record === undefined) return;
  for (let wait = 0; isAlive(record.pid, record.start); wait += 100) {
    process.kill(record.pid, wait < 5000 ? "SIGTERM" : "SIGKILL");
    await sleep(100);
  }
  await rm(recordFile, { force: true });
}

interface ProcessRecord {
  readonly pid: number;
  readonly start: string;
  readonly url: string;
}

/** The emulator that was started here, whether or not it answers already. */
async function emulatorProcess(): Promise<ProcessRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordFile, "utf8")) as ProcessRecord;
    return isAlive(record.pid, record.start) ? record : undefined;
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await send(url, { timeout: 5000, patience: once })).ok;
  } catch {
    return false;
  }
}

/** Whether a server that was started here is the one of a setting, which may call this machine `localhost`. */
export function isSame(own: string | undefined, setting: string): boolean {
  const named = (url: string): string => {
    const address = new URL(url);
    if (address.hostname === "localhost") address.hostname = "127.0.0.1";
    return address.href;
  };
  return own !== undefined && named(own) === named(setting);
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
