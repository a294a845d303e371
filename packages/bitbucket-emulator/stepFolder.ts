/**
 * What a step finds in its folder: the files of the commit, and its caches
 * (https://support.atlassian.com/bitbucket-cloud/docs/cache-dependencies/), which a step that succeeds fills where they
 * were empty. Where Bitbucket packs a cache and copies it, here files are linked: programs replace the files of a cache,
 * they do not write into them.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import type { Step } from "./code";
import type { Repository } from "./entities";
import { commitAt, filesOf } from "./commits";
import { opened } from "./git/bare";
import { readObject } from "./git/objects";

const run = promisify(execFile);

/** Writes the files of a commit into a folder; unlike a clone, without Git's own. */
export async function checkOut(repository: Repository, hash: string, folder: string): Promise<void> {
  const bare = opened(repository);
  for (const [path, entry] of Object.entries(filesOf(repository, commitAt(repository, hash)))) {
    const [mode = "", blob = ""] = entry.split(" ");
    const content = readObject(bare, blob)?.content;
    // A submodule: its commit is elsewhere.
    if (content === undefined) continue;
    const file = join(folder, normalize(`/${path}`));
    await mkdir(dirname(file), { recursive: true });
    if (mode === "120000") await symlink(content.toString(), file);
    else await writeFile(file, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}

/** @param caches folder that all caches are kept in, by name; undefined: there are none */
export async function restoreCaches(caches: string | undefined, step: Step, folder: string): Promise<void> {
  await copyCaches(caches, step, (kept, path) => [kept, join(folder, path)]);
}

/**
 * Keeps what a step has in the folders of its caches; a cache that is kept already stays as it is.
 *
 * @param caches folder that all caches are kept in, by name; undefined: nothing is kept
 */
export async function keepCaches(caches: string | undefined, step: Step, folder: string): Promise<void> {
  await copyCaches(caches, step, (kept, path) => [join(folder, path), kept]);
}

async function copyCaches(
  caches: string | undefined,
  step: Step,
  ends: (kept: string, path: string) => [from: string, to: string],
): Promise<void> {
  if (caches === undefined) return;
  for (const { name, path } of step.caches ?? []) {
    const [from, to] = ends(join(caches, encodeURIComponent(name)), path);
    if (!existsSync(from) || existsSync(to)) continue;
    await mkdir(dirname(to), { recursive: true });
    await run("cp", ["--archive", "--link", from, to]);
  }
}
