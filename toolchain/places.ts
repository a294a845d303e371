/**
 * Where things lie: the checkout, what was built for it, and what runs on this machine alone.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { variable } from "../access/environment";

/** The checkout. */
export const root = checkoutOf(__dirname);

/** Runs a TypeScript file of ours: `node <this> <file>`. */
export const compiled = join(root, "toolchain/compiled.cjs");

/** State, data and credentials of local runs. Ignored by Git. */
export const localFolder = join(root, ".local");

/** PULUMI_HOME of this checkout with a CLI that was built here: its plugins, logs, and which stack is selected. */
export const builtHome = join(root, ".toolchain/home");

/** The folder of {@link toolchainFolder}, for a person. */
export const toolchainWords = `bitbucket-keycloak below XDG_CACHE_HOME (default: ~/.cache), or where ${variable.toolchain} says`;

/**
 * What was built, for all clones of this user: below `XDG_CACHE_HOME`, or wherever `BITBUCKET_KEYCLOAK_TOOLCHAIN` says.
 * A relative `XDG_CACHE_HOME` counts for nothing, as its specification has it.
 */
export function toolchainFolder(env: NodeJS.ProcessEnv): string {
  const { [variable.toolchain]: given, XDG_CACHE_HOME: cache = "" } = env;
  if (given) return resolve(root, given);
  return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "bitbucket-keycloak");
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

/** All files below a folder, in an order that no file system decides. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
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
