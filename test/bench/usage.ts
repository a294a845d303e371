/**
 * What a run of the engine took, apart for its parts: the plugin is ours to make better, the engine is not, and the
 * clock on the wall shows only their sum.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumi, type Engine } from "../../engine/engine";
import { root } from "../../toolchain/places";
import { rounded } from "./table";

/** Of one part, over all of its processes. */
export interface Usage {
  /** Seconds of processor time. */
  readonly seconds: number;
  /** Most memory that it held at once. */
  readonly peakMiB: number;
}

export interface Run {
  /** Seconds by the clock on the wall. */
  readonly seconds: number;
  readonly plugin: Usage;
  readonly program: Usage;
  /** Undefined where the system does not show it (there is no /proc). */
  readonly engine: Usage | undefined;
  /** Likewise; also undefined where the run used no such plugin. */
  readonly keycloak: Usage | undefined;
  /** What it printed. */
  readonly output: string;
}

const parts = {
  plugin: /\/packages\/\w+\/plugin\.[cm]?[jt]s$|\/bench\/echo\/plugin\.mjs$/,
  program: /@pulumi\/pulumi\/cmd\/run\b/,
};

/** Runs the CLI to its end and measures it. */
export async function measured(engine: Engine, folder: string, args: readonly string[]): Promise<Run> {
  const usage = join(folder, "usage");
  rmSync(usage, { recursive: true, force: true });
  mkdirSync(usage);
  const preload = `--require=${JSON.stringify(join(root, "test/bench/preload.cjs"))}`;
  const env = { ...engine.env, NODE_OPTIONS: preload, BITBUCKET_KEYCLOAK_BENCH_USAGE: usage };
  const watched = watch();
  const started = performance.now();
  try {
    const output = await pulumi({ ...engine, env, started: watched.started }, args);
    const seconds = (performance.now() - started) / 1000;
    const written = readdirSync(usage).map(
      (name) => JSON.parse(readFileSync(join(usage, name), "utf8")) as Written,
    );
    const plugin = sumOf(written.filter(({ script }) => parts.plugin.test(script)));
    const program = sumOf(written.filter(({ script }) => parts.program.test(script)));
    return {
      seconds: rounded(seconds),
      plugin,
      program,
      engine: watched.last(),
      keycloak: watched.lastOfKeycloak(),
      output,
    };
  } finally {
    watched.stop();
  }
}

/** As `preload.cjs` writes it. */
interface Written {
  readonly script: string;
  readonly microseconds: number;
  readonly kibibytes: number;
}

function sumOf(written: readonly Written[]): Usage {
  const seconds = written.reduce((sum, { microseconds }) => sum + microseconds / 1e6, 0);
  return {
    seconds: rounded(seconds),
    peakMiB: Math.max(0, ...written.map(({ kibibytes }) => Math.round(kibibytes / 1024))),
  };
}

/** Looks at the engine's process until it ends. Its last figures are a fifth of a second old at most. */
function watch() {
  let last: Usage | undefined;
  let plugin: number | undefined;
  let keycloak: Usage | undefined;
  let timer: NodeJS.Timeout | undefined;
  const started = (pid: number): void => {
    timer = setInterval(() => {
      last = usageOf(pid) ?? last;
      plugin ??= childOf(pid, "pulumi-resource-keycloak");
      if (plugin !== undefined) keycloak = usageOf(plugin) ?? keycloak;
    }, 200);
  };
  return {
    started,
    last: () => last,
    lastOfKeycloak: () => keycloak,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** The process with this executable among those that a process has started. */
function childOf(pid: number, executable: string): number | undefined {
  try {
    // Each thread has those that it has started itself.
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" "))
      .filter((child) => child !== "")
      .map(Number)
      .find((child) =>
        readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0", 1)[0]?.endsWith(executable),
      );
  } catch {
    return undefined;
  }
}

/** Of a living process (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
function usageOf(pid: number): Usage | undefined {
  try {
    // After the command in parentheses, which may hold blanks, come the fields from the third on.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
    const kibibytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    if (kibibytes === undefined) return undefined;
    // The kernel counts in ticks of a hundredth of a second, whatever it ticks at itself.
    return { seconds: rounded((user + system) / 100), peakMiB: Math.round(Number(kibibytes) / 1024) };
  } catch {
    return undefined;
  }
}
