/**
 * What makes a stack of a file backend unreadable. Beside each file the backend keeps another one, `<file>.attrs`, and
 * does not write that in one piece: an engine that was killed at that moment leaves it empty, and from then on every
 * command ends with "failed to load checkpoint: EOF". The state itself is whole, and needs no attributes.
 *
 * https://pkg.go.dev/gocloud.dev/blob/fileblob
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { folderOf } from "../../toolchain/backend";

/**
 * Removes attribute files of one stack that cannot be read. Asked once it is known that no run holds the lock.
 *
 * @returns what was removed, in words; undefined if there was nothing to remove
 */
export async function removeBrokenAttributes(
  stack: string,
  backend: string,
  cwd: string,
): Promise<string | undefined> {
  const state = folderOf(backend, cwd);
  if (state === undefined) return undefined;
  const file = join(state, ".pulumi/stacks/bitbucket-keycloak", `${stack}.json`);
  const attributes = [file, `${file}.bak`].map((one) => `${one}.attrs`);
  const broken = await Promise.all(attributes.map(isBroken));
  if (!broken.includes(true)) return undefined;
  await Promise.all(attributes.filter((_, index) => broken[index]).map((one) => rm(one)));
  return `made the state of stack ${stack} readable: removed what a killed run had begun to write beside it`;
}

async function isBroken(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
