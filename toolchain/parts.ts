/**
 * A part of the toolchain is a folder named after what it was made from, so that a stale one is never used and
 * a current one never made again. It is made under another name and renamed at the end: a build that was
 * interrupted does not count. Two processes that want the same part take turns.
 */
import { existsSync } from "node:fs";
import { link, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, startOf } from "./processes";
import type { Progress } from "./progress";

export interface Part {
  /** Folder to be: `<toolchain>/<name>-<key>`. */
  readonly folder: string;
  /** For people: `Pulumi CLI 3.259.0`. */
  readonly title: string;
  /** Makes it in an empty folder that exists. */
  readonly make: (folder: string) => Promise<void>;
}

/** Whether the part's folder is there: a build that was interrupted has another name. */
export function isMade(part: Part): boolean {
  return existsSync(part.folder);
}

/** Makes a part unless it is there, or waits for whoever is making it. */
export async function ensurePart(part: Part, progress: Progress): Promise<void> {
  if (isMade(part)) return;
  await mkdir(dirname(part.folder), { recursive: true });
  await withLock(
    `${part.folder}.lock`,
    `waiting for another process to make ${part.title}`,
    progress,
    async () => {
      if (isMade(part)) return;
      await removePartial(part);
      const partial = `${part.folder}.partial-${process.pid}`;
      await mkdir(partial);
      await progress.step(part.title, () => part.make(partial));
      await rename(partial, part.folder);
    },
  );
}

/** Only whoever holds the lock makes anything, so that what is left from earlier was interrupted. */
async function removePartial(part: Part): Promise<void> {
  const folder = dirname(part.folder);
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${basename(part.folder)}.partial-`));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

interface Owner {
  readonly pid: number;
  readonly start: string;
}

/**
 * Does something while no other process does the same. A lock whose owner is dead counts for nothing. (Two that
 * find the same dead owner at once might both go on; the parts they make have different names until the
 * rename, which only one of them wins.)
 */
export async function withLock<Result>(
  file: string,
  waiting: string,
  progress: Progress,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!(await take(file))) {
    await progress.step(waiting, async () => {
      while (!(await take(file))) await sleep(500);
    });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** The lock appears with its contents, or not at all: one without an owner could never be told from a dead one. */
async function take(file: string): Promise<boolean> {
  const mine = `${file}-${process.pid}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, start: startOf(process.pid) } satisfies Owner));
  try {
    for (;;) {
      try {
        await link(mine, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = await ownerOf(file);
      if (owner !== undefined && isAlive(owner.pid, owner.start)) return false;
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Undefined if it has just gone. */
async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}
