/**
 * Where things lie: the checkout, what was built for it, and what runs on this machine alone.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { variable } from "../access/environment";

/** The checkout. */
export const root = checkoutOf(__dirname);

/** Runs a TypeScript file of ours: `node <this> <file>`. */
export const compiled = join(root, "toolchain/compiled.cjs");

/** State, data and credentials of local runs. Ignored by Git. */
export const localFolder = join(root, ".local");

/** What was built. `BITBUCKET_KEYCLOAK_TOOLCHAIN` lets several clones share one. */
export function toolchainFolder(env: NodeJS.ProcessEnv): string {
  return resolve(root, env[variable.toolchain] ?? ".toolchain");
}

/** Twelve hexadecimal digits that stand for these texts. */
export function keyOf(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  // With its length before each text, two different lists never read the same.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex").slice(0, 12);
}

/** Contents of files of the checkout. */
export function contents(...files: readonly string[]): string[] {
  return files.map((file) => readFileSync(join(root, file), "utf8"));
}

/** The nearest folder above that has the project's file: from here, and from where this is kept compiled. */
function checkoutOf(folder: string): string {
  return existsSync(join(folder, "Pulumi.yaml")) ? folder : checkoutOf(dirname(folder));
}

/** The first file of this name on PATH, apart from those in `except`. */
export function onPath(name: string, env: NodeJS.ProcessEnv, except = ""): string | undefined {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && (except === "" || !folder.startsWith(except)))
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
