/**
 * A part of the toolchain is a folder named after what it was made from, so that a stale one is never used and a current
 * one never made again. It is made under another name and renamed at the end: a build that was interrupted does not
 * count. All clones of a user share them; two processes that want the same part make it once.
 *
 * A part lists its files. One that has lost some, to whoever tidied a cache or to a full disk, is made anew.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { lockOf, withLock } from "./lock";
import { filesBelow } from "./places";
import type { Progress } from "./progress";
import { variable } from "../access/environment";

/** Says how far something is, in a few words. */
export type Note = (text: string) => void;

export interface Part {
  /** Folder to be: `<toolchain>/<name>-<key>`. */
  readonly folder: string;
  /** For people: `Keycloak 26.7.3`. */
  readonly title: string;
  /** Makes it in an empty folder that exists. */
  readonly make: (folder: string, note: Note) => Promise<void>;
}

/** Sizes of a part's files, by their paths below it. */
type Listed = Readonly<Record<string, number>>;
const listOf = (folder: string): string => join(folder, ".files.json");

/** Whether the part is there with all its files: a build that was interrupted has another name. */
export function isMade({ folder }: Part): boolean {
  try {
    const files = JSON.parse(readFileSync(listOf(folder), "utf8")) as Listed;
    return Object.entries(files).every(
      ([file, size]) => statSync(join(folder, file), { throwIfNoEntry: false })?.size === size,
    );
  } catch {
    return false;
  }
}

/**
 * Makes a part unless it is there, or waits for whoever is making it. What fails or is interrupted leaves nothing.
 *
 * @param signal ends the waiting; what `make` does with it is its own
 */
export async function ensurePart(part: Part, progress: Progress, signal?: AbortSignal): Promise<void> {
  if (isMade(part)) return;
  await makeFolder(dirname(part.folder));
  const lock = { file: lockOf(part.folder), waiting: `waiting for another process: ${part.title}`, signal };
  await withLock(lock, progress, async () => {
    if (isMade(part)) return;
    await removeDrafts(part.folder);
    const draft = `${part.folder}.partial-${process.pid}`;
    await mkdir(draft);
    try {
      await progress.step(part.title, (note) => part.make(draft, note));
      const sizes = filesBelow(draft).map((file) => [relative(draft, file), statSync(file).size] as const);
      await writeFile(listOf(draft), JSON.stringify(Object.fromEntries(sizes)));
      // A broken one goes in one piece, so that nobody sees half of it go.
      if (existsSync(part.folder)) await rename(part.folder, `${draft}-broken`);
      await rename(draft, part.folder);
    } finally {
      await removeDrafts(part.folder);
    }
  });
}

/** Only whoever has the lock makes anything, so that what is left from earlier was interrupted. */
async function removeDrafts(part: string): Promise<void> {
  const folder = dirname(part);
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${basename(part)}.partial-`));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Error(
      `${folder}, where the toolchain is kept, cannot be made (${(error as Error).message}); set XDG_CACHE_HOME or ${variable.toolchain} to a folder that you may write to`,
    );
  }
}
