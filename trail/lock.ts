/**
 * One writer at a time. The lock names its process, so that one whose process is gone is no lock; who takes such a lock
 * away holds a second one meanwhile, or two who found the same dead lock would both believe to have it.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const holderSchema = z.object({ id: z.string(), pid: z.int(), host: z.string(), since: z.string() });

const file = "lock";
/** Milliseconds. A writer needs a few of them. */
const patience = 30_000;
const pause = 20;
/** So old is a lock that a killed process left before it could name itself. */
const speechless = 5_000;

/** @throws if another process does not let go of it in time */
export async function locked<T>(folder: string, work: () => Promise<T> | T): Promise<T> {
  const path = join(folder, file);
  const id = randomUUID();
  const until = Date.now() + patience;
  while (!take(path, id)) {
    removeDead(path);
    if (Date.now() > until)
      throw new Error(
        `the audit trail is held by ${inWords(path)}; wait for it, or, if there is no such process, remove ${path}`,
      );
    await sleep(pause);
  }
  try {
    return await work();
  } finally {
    if (textOf(path)?.includes(id)) rmSync(path, { force: true });
  }
}

function take(path: string, id: string): boolean {
  try {
    const holder = { id, pid: process.pid, host: hostname(), since: new Date().toISOString() };
    writeFileSync(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function removeDead(path: string): void {
  const dead = textOf(path);
  if (dead === undefined || !isDead(path, dead)) return;
  const guard = `${path}.removing`;
  if (ageOf(guard) > speechless) rmSync(guard, { force: true });
  if (!take(guard, "")) return;
  try {
    if (textOf(path) === dead) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function isDead(path: string, text: string): boolean {
  const holder = holderIn(text);
  if (holder === undefined) return ageOf(path) > speechless;
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function holderIn(text: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function inWords(path: string): string {
  const holder = holderIn(textOf(path) ?? "");
  return holder === undefined
    ? "somebody who has not said who"
    : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Milliseconds; of what is not there, 0. */
function ageOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
