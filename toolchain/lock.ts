/** Lets one process at a time do something, among all that see the same file. */
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, startOf } from "./processes";
import type { Progress } from "./progress";

export interface Lock {
  readonly file: string;
  /** What is said while another process has it. */
  readonly waiting: string;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

interface Owner {
  /** Where folders are shared between machines or containers, a process id says nothing about another's. */
  readonly host: string;
  readonly pid: number;
  readonly start: string;
}

/** Milliseconds after which an owner elsewhere that has given no sign of life is dead; it gives one in a third of that. */
const silence = 90_000;

/**
 * Does something while no other process does the same. A lock whose owner is dead counts for nothing.
 *
 * @throws the signal's reason, if it ends the waiting
 */
export async function withLock<Result>(
  { file, waiting, signal }: Lock,
  progress: Progress,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!(await take(file))) {
    await progress.step(waiting, async () => {
      do await sleep(500, undefined, { signal });
      while (!(await take(file)));
    });
  }
  const sign = setInterval(() => {
    utimes(file, new Date(), new Date()).catch(() => undefined);
  }, silence / 3).unref();
  try {
    return await work();
  } finally {
    clearInterval(sign);
    await rm(file, { force: true });
  }
}

/** Where processes agree who makes what is to lie in this folder. */
export function lockOf(folder: string): string {
  return `${folder}.lock`;
}

/** Whether a living process has the lock. */
export async function isLocked(file: string): Promise<boolean> {
  const owner = await ownerOf(file);
  if (owner === undefined) return false;
  if (owner.host === hostname()) return isAlive(owner.pid, owner.start);
  const { mtimeMs = 0 } = (await stat(file).catch(() => undefined)) ?? {};
  return Date.now() - mtimeMs < silence;
}

/** The lock appears with its contents, or not at all: one without an owner could never be told from a dead one. */
async function take(file: string): Promise<boolean> {
  // Two of one process may try at once.
  const mine = `${file}-${hostname()}-${process.pid}-${randomUUID()}`;
  const owner: Owner = { host: hostname(), pid: process.pid, start: startOf(process.pid) };
  await writeFile(mine, JSON.stringify(owner));
  try {
    for (;;) {
      try {
        await link(mine, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      if (await isLocked(file)) return false;
      await removeDead(file, `${mine}-dead`);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Two may find the same dead owner: whoever moves a living one's lock aside by that gives it back. */
async function removeDead(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if (await isLocked(aside)) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Undefined if it has just gone, or is no lock. */
async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}
