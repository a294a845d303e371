/** What lies in the folder of the toolchain, how much it is, and how to be rid of it. */
import { lstatSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isLocked, lockOf } from "./lock";
import { filesBelow } from "./places";

export interface Cached {
  readonly folder: string;
  readonly bytes: number;
}

/** Parts, and what interrupted processes have left of some. Somebody may have put other files there: they are not ours. */
const ours = /^(?:programs|keycloak-\d[\w.]*(?:-extended)?)-[0-9a-f]{12}(?:\.partial-\d+(?:-broken)?)?$/;

/** All that is there, in the order of its names; nothing where the folder is not there. */
export async function cached(folder: string): Promise<readonly Cached[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return names
    .filter((entry) => entry.isDirectory() && ours.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort()
    .map((part) => ({ folder: part, bytes: bytesOf(part) }));
}

/**
 * Removes these.
 *
 * @throws one error that names each that somebody is making, before any is removed
 */
export async function removeCached(parts: readonly Cached[]): Promise<void> {
  const busy: string[] = [];
  for (const { folder } of parts) {
    if (await isLocked(lockOf(folder.replace(/\.partial-.*$/, "")))) busy.push(folder);
  }
  if (busy.length > 0) {
    const names = busy.join(", ");
    throw new Error(`${names}: being made by another process; nothing was removed. Wait until it has ended`);
  }
  for (const { folder } of parts) {
    // In one piece, so that nobody takes what is half gone for a part.
    const draft = folder.includes(".partial-") ? folder : `${folder}.partial-${process.pid}`;
    if (draft !== folder) await rename(folder, draft);
    await rm(draft, { recursive: true, force: true });
  }
}

/** `850 MB`, `1.2 GB`: as disks count. */
export function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Sum of all these. */
export function sizeOf(parts: readonly Cached[]): string {
  return size(parts.reduce((sum, { bytes }) => sum + bytes, 0));
}

function bytesOf(folder: string): number {
  return filesBelow(folder).reduce(
    (sum, file) => sum + (lstatSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
