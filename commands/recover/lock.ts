/**
 * The lock that a killed run leaves behind. Only the file backend's locks say whose they are, and only a process of
 * this machine can be seen to be gone; any other lock is for a person to evaluate.
 *
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/
 */
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderOf } from "../../toolchain/backend";
import type { Progress } from "../../toolchain/progress";

export interface LockLookup {
  /** What was removed, in words. */
  readonly released?: string;
  /** Why no lock could be looked at, and what to do. */
  readonly unseen?: string;
}

/**
 * A command that was killed leaves its engine running, which ends by itself: soon, where nobody reads any more what it
 * prints, or once it has done what it was told.
 */
const patience = 120_000;

/**
 * Removes the lock of a process of this machine that is gone. One that is running is waited for.
 *
 * @param backend where the state lies, as Pulumi names it; empty if nobody has said
 * @param cwd what a relative `file://./folder` starts from
 * @param wait says whom it waits for. Milliseconds, default: two minutes
 * @throws if the run that holds the lock is alive after that, or was on another machine
 */
export async function releaseDeadLock(
  stack: string,
  backend: string,
  cwd: string,
  wait: { readonly progress: Progress; readonly patience?: number },
): Promise<LockLookup> {
  const state = folderOf(backend, cwd);
  if (state === undefined) {
    const where = backend === "" ? "Pulumi's default backend" : (backend.split("?")[0] ?? "");
    return {
      unseen: `not examined: locks of ${where}, which do not say whose they are; if stack ${stack} is locked and nobody runs it, run "npm run pulumi -- cancel ${stack}"`,
    };
  }
  let released: string | undefined;
  for (const lock of await locksOf(stack, state)) {
    const whose = `process ${lock.pid} of ${lock.username} on ${lock.hostname}, since ${lock.timestamp}`;
    if (lock.hostname !== hostname()) {
      throw new Error(
        `stack ${stack} is locked by ${whose}: only there can be seen whether it lives; if it does not, run "npm run pulumi -- cancel ${stack}"`,
      );
    }
    if (await isPulumi(lock.pid)) {
      const { progress, patience: longest = patience } = wait;
      await progress.step(`waiting for ${whose}, which is running and locks stack ${stack}`, () =>
        endOf(lock.pid, longest),
      );
    }
    if (await isPulumi(lock.pid))
      throw new Error(
        `stack ${stack} is locked by ${whose}, which is running: wait for it, and run this again`,
      );
    // An engine that comes to its end takes its own lock away.
    if (!existsSync(lock.file)) continue;
    await rm(lock.file);
    released = `removed the lock of ${whose}, which is gone`;
  }
  return { released };
}

/** Whether a process of this machine that is gone has left a lock. What cannot be looked at counts as none. */
export async function isDeadLocked(stack: string, backend: string, cwd: string): Promise<boolean> {
  const state = folderOf(backend, cwd);
  if (state === undefined) return false;
  const locks = await locksOf(stack, state).catch(() => []);
  const here = locks.filter((lock) => lock.hostname === hostname());
  return (await Promise.all(here.map(({ pid }) => isPulumi(pid)))).includes(false);
}

interface Lock {
  readonly file: string;
  readonly pid: number;
  readonly hostname: string;
  readonly username: string;
  readonly timestamp: string;
}

async function locksOf(stack: string, state: string): Promise<Lock[]> {
  const folder = join(state, ".pulumi/locks/organization/bitbucket-keycloak", stack);
  const names = await readdir(folder).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new Error(
      `the locks of stack ${stack} cannot be looked at (${code ?? message}): check the rights on ${folder}`,
    );
  });
  const files = names.filter((one) => one.endsWith(".json")).map((name) => join(folder, name));
  return Promise.all(
    files.map(async (file) => ({
      ...(JSON.parse(await readFile(file, "utf8")) as Omit<Lock, "file">),
      file,
    })),
  );
}

/** Comes back once that engine has ended, or the time is over. */
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
