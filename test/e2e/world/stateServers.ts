/** Servers that keep a team's state: PostgreSQL as Debian installs it, and S3 as `toolchain/go/services/s3` speaks it. */
import { randomBytes } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, isFree } from "../../../toolchain/keycloak";
import { root } from "../../../toolchain/places";
import { run } from "../../../toolchain/processes";

export interface StateServer {
  /** What Pulumi is told: `PULUMI_BACKEND_URL`, and credentials where they are no part of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes that the state and its history take. */
  size(): Promise<number>;
  stop(): Promise<void>;
}

export const stateServers = { postgres, s3 } as const;

/** As anybody but root, whom PostgreSQL refuses: root runs it as the user that Debian's package makes. */
async function postgres(): Promise<StateServer> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const as = userInfo().uid === 0 ? await idsOf("postgres") : undefined;
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const program = (name: string) => debian(name) ?? name;
  const data = join(folder, "data");
  const port = await freePort();
  await over(
    spawn(program("initdb"), ["-D", data, "-A", "trust", "-U", "state"], { ...as, stdio: "ignore" }),
  );
  const args = ["-D", data, "-k", folder, "-p", String(port), "-c", "listen_addresses=127.0.0.1"];
  const server = spawn(program("postgres"), args, { ...as, stdio: "ignore" });
  await listening(server, port);
  const address = ["-h", "127.0.0.1", "-p", String(port), "-U", "state"];
  await run("createdb", [...address, "state"]);
  return {
    env: { PULUMI_BACKEND_URL: `postgres://state@127.0.0.1:${port}/state?sslmode=disable` },
    size: async () => {
      const asked = "select coalesce(sum(octet_length(data::text)), 0) from pulumi_state";
      return Number(await run("psql", [...address, "-d", "state", "-tAc", asked]));
    },
    stop: () => ended(server, folder),
  };
}

/** Debian keeps the servers' own programs off the path. */
function debian(name: string): string | undefined {
  const folder = "/usr/lib/postgresql";
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions.map((version) => join(folder, version, "bin", name)).findLast(existsSync);
}

async function s3(): Promise<StateServer> {
  const folder = mkdtempSync(join(tmpdir(), "s3-"));
  const buckets = join(folder, "buckets");
  mkdirSync(join(buckets, "state"), { recursive: true });
  const flags = ["-trimpath", "-buildvcs=false", "-o", join(folder, "s3")];
  await run("go", ["build", ...flags, "./s3"], { cwd: join(root, "toolchain/go/services") });
  const port = await freePort();
  const credentials = {
    AWS_ACCESS_KEY_ID: "state",
    AWS_SECRET_ACCESS_KEY: randomBytes(16).toString("hex"),
  };
  const env = { ...process.env, ...credentials };
  const server = spawn(join(folder, "s3"), [`127.0.0.1:${port}`, buckets], { env, stdio: "ignore" });
  await listening(server, port);
  const query = `endpoint=http://127.0.0.1:${port}&s3ForcePathStyle=true&region=us-east-1`;
  return {
    env: { ...credentials, PULUMI_BACKEND_URL: `s3://state?${query}` },
    size: async () => Number(await run("du", ["-sb", buckets]).then((text) => text.split("\t")[0])),
    stop: () => ended(server, folder),
  };
}

async function idsOf(user: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map((what) => run("id", [what, user])));
  return { uid: Number(uid), gid: Number(gid) };
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries++) {
    if (!(await isFree(port))) return;
    await sleep(100);
  }
  throw new Error(`${server.spawnfile} does not listen`);
}

async function ended(server: ChildProcess, folder: string): Promise<void> {
  const end = over(server);
  server.kill("SIGINT");
  await end;
  rmSync(folder, { recursive: true });
}

function over(child: ChildProcess): Promise<void> {
  return new Promise((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
}
