/**
 * Runs other programs: quietly, with what they said shown when they fail; or in the foreground, as if they had
 * been called directly.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { ownGroup, passSignalsOn } from "./signals";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program and all that it has started, which it then puts into a process group of its own. */
  readonly signal?: AbortSignal;
  /** Gets what it prints to its error stream. */
  readonly onError?: (text: string) => void;
}

/** Milliseconds that a program has to end by itself. */
const grace = 5_000;

/**
 * Runs a program to its end, without a terminal.
 *
 * @returns what it printed to its standard output
 * @throws with the last lines of what it printed, if it fails or cannot be started; the signal's reason, once the
 *   program has ended by it
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, signal, onError }: RunOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const detached = signal !== undefined;
  const child = spawn(command, args, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
  const release = signal && endGroupOn(signal, child);
  let output = "";
  let all = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
    all += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    all += bytes.toString();
    onError?.(bytes.toString());
  });
  const ending = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(
        code === null ? `was ended by ${signal ?? "a signal"}` : code === 0 ? "" : `exited with ${code}`,
      );
    });
  }).finally(release);
  signal?.throwIfAborted();
  if (ending !== "") throw new Error(`${command} ${args.join(" ")} ${ending}:\n${lastLines(all, 20)}`);
  return output;
}

/** @returns ends the listening, when the program has ended */
function endGroupOn(signal: AbortSignal, { pid }: ChildProcess): () => void {
  const send = (sent: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, sent);
    } catch {
      // It has just ended.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    send("SIGTERM");
    timer = setTimeout(() => {
      send("SIGKILL");
    }, grace);
  };
  signal.addEventListener("abort", end, { once: true });
  return () => {
    signal.removeEventListener("abort", end);
    clearTimeout(timer);
  };
}

/**
 * Runs a program in the foreground and ends as it does. Whoever interrupts this process interrupts the program, once.
 *
 * @returns the exit code; 128 and the signal's number if a signal ended it
 */
export async function foreground(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const readsTerminal = process.stdin.isTTY;
  const child = spawn(command, args, { env, stdio: "inherit", ...ownGroup(readsTerminal) });
  const release = passSignalsOn(child, readsTerminal);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
      });
    });
  } finally {
    release();
  }
}

/**
 * The end of a text, without the blanks that it ends with.
 *
 * @param count how many at most
 */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/**
 * What tells this process from a later one with the same id: its start, in ticks since the machine came up.
 * Empty where there is no /proc; the id alone has to do there.
 */
export function startOf(pid: number): string {
  try {
    // The second field is the command in parentheses, and may itself hold blanks and parentheses.
    return (
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? ""
    );
  } catch {
    return "";
  }
}

/** Whether the process with this id lives, and is the one that started then. */
export function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, but lives.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startOf(pid) === start;
}
