/**
 * What a program depends on, read from its `package.json`: the Pulumi plugins that it needs, and the packages
 * that `pulumi about` lists.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** What a package says about the plugin behind it. */
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
  readonly server: string;
}

/** The plugin behind a package; undefined if it is not a Pulumi package. */
export function pluginOf(manifest: PackageJson): RequiredPlugin | undefined {
  const { pulumi, name = "", version = "" } = manifest;
  if (pulumi?.resource !== true) return undefined;
  return {
    name: pulumi.name ?? name.replace(/^@[^/]+\//, ""),
    version: pulumi.version ?? version,
    server: pulumi.server ?? "",
  };
}

/** Manifests of what the program in this folder depends on directly, sorted by name. Absent ones are left out. */
export function dependencies(programDirectory: string): PackageJson[] {
  const manifest = readManifest(findUp(programDirectory));
  const names = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }).sort();
  return names.flatMap((name) => readManifest(findInstalled(programDirectory, name)) ?? []);
}

export type Runner = "run" | "run-plugin" | "run-policy-pack";

/** File of a runner of the SDK, as the program in this folder would find it. */
export function runnerFile(directory: string, runner: Runner): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${runner}`);
  } catch {
    throw new Error(`${directory}: @pulumi/pulumi is not installed there; run npm install`);
  }
}

function readManifest(file: string | undefined): PackageJson | undefined {
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as PackageJson);
}

function findUp(directory: string): string | undefined {
  return ancestors(directory)
    .map((folder) => join(folder, "package.json"))
    .find((file) => existsSync(file));
}

function findInstalled(directory: string, name: string): string | undefined {
  return ancestors(directory)
    .map((folder) => join(folder, "node_modules", name, "package.json"))
    .find((file) => existsSync(file));
}

function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}
