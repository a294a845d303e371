/**
 * The lock that a killed run leaves behind, on whatever backend: the engine names it, and whose it is, to whoever needs it.
 * Only a process of this machine can be seen to be gone; any other lock is for a person to evaluate.
 *
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/
 */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { pulumi, type Engine } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import type { Progress } from "../../toolchain/progress";

export interface LockLookup {
  /** What was removed, in words. */
  readonly released?: string;
  /** Why no lock could be looked at, and what to do. */
  readonly unseen?: string;
}

export interface Wait {
  /** Says whom it waits for. */
  readonly progress: Progress;
  /** Milliseconds. Default: two minutes. */
  readonly patience?: number;
}

/**
 * A command that was killed leaves its engine running, which ends by itself: soon, where nobody reads any more what it
 * prints, or once it has done what it was told.
 */
const longest = 120_000;

/**
 * Removes the lock of a process of this machine that is gone. One that is running is waited for.
 *
 * @throws if the run that holds the lock is alive after that, or was on another machine
 */
export async function releaseDeadLock(stack: string, engine: Engine, wait: Wait): Promise<LockLookup> {
  const locks = await locksOf(stack, engine);
  if (typeof locks === "string") {
    return {
      unseen: `not examined: the lock of stack ${stack} (${locks}); if it is locked and nobody runs it, run "npm run pulumi -- cancel ${stack}"`,
    };
  }
  if (locks.length === 0) return {};
  const { progress, patience = longest } = wait;
  let waited = false;
  for (const lock of locks) {
    if (lock.hostname !== hostname()) {
      throw new Error(
        `stack ${stack} is locked by ${inWords(lock)}: only there can be seen whether it lives; if it does not, run "npm run pulumi -- cancel ${stack}"`,
      );
    }
    if (!(await isPulumi(lock.pid))) continue;
    waited = true;
    await progress.step(`waiting for ${inWords(lock)}, which is running and locks stack ${stack}`, () =>
      endOf(lock.pid, patience),
    );
    if (await isPulumi(lock.pid))
      throw new Error(
        `stack ${stack} is locked by ${inWords(lock)}, which is running: wait for it, and run this again`,
      );
  }
  // An engine that comes to its end takes its own lock away, and another run may have one since.
  if (waited) return releaseDeadLock(stack, engine, wait);
  await pulumi(engine, ["cancel", "--yes", "--stack", stack]);
  return { released: locks.map((lock) => `removed the lock of ${inWords(lock)}, which is gone`).join("\n") };
}

/** Whether a process of this machine that is gone has left a lock. What cannot be looked at counts as none. */
export async function isDeadLocked(stack: string, engine: Engine): Promise<boolean> {
  const locks = await locksOf(stack, engine);
  const here = typeof locks === "string" ? [] : locks.filter((lock) => lock.hostname === hostname());
  return (await Promise.all(here.map(({ pid }) => isPulumi(pid)))).includes(false);
}

interface Lock {
  readonly pid: number;
  readonly hostname: string;
  readonly username: string;
  readonly timestamp: string;
}

function inWords({ pid, username, hostname: host, timestamp }: Lock): string {
  return `process ${pid} of ${username} on ${host}, since ${timestamp}`;
}

/**
 * Asks for the lock, and changes nothing: a stack cannot be given a name that there is, its own, and the engine finds that
 * out once it holds the lock.
 *
 * https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/backend.go (renameStack), lock.go
 *
 * @returns why nobody can say, where that is so
 */
async function locksOf(stack: string, engine: Engine): Promise<readonly Lock[] | string> {
  try {
    await pulumi(engine, ["stack", "rename", stack, "--stack", stack]);
    return [];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { failure, message } = error;
    if (failure === "no stack" || /already exists/.test(message)) return [];
    const named = [...message.matchAll(/: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)];
    if (named.length === 0) return message.split("\n")[0] ?? "";
    return named.map(([, username = "", host = "", pid, timestamp = ""]) => ({
      ...{ username, hostname: host, pid: Number(pid), timestamp },
    }));
  }
}

async function endOf(pid: number, milliseconds: number): Promise<void> {
  const last = Date.now() + milliseconds;
  while (Date.now() < last && (await isPulumi(pid))) await sleep(Math.min(200, milliseconds));
}

/** Whether a process lives and is an engine: ids are used again. */
async function isPulumi(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "pulumi");
  return name.trim() === "pulumi";
}
