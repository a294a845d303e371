/**
 * Finds the toolchain or builds it: the Pulumi CLI, its language host and plugins, and Keycloak.
 *
 * Where the official CLI is installed it is used, and fetches its own plugins. Many machines cannot reach the
 * hosts it fetches them from, only package registries; there, the same programs are made from pinned modules.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { keycloakPart } from "./distribution";
import { extendedPart, javac } from "./extension";
import { ensurePart, isMade, type Part } from "./parts";
import { builtHome, onPath, toolchainFolder } from "./places";
import { interruptible, orAborted, runPlan, type Task } from "./plan";
import { linkPlugins, programsIn, programsPart, type Builder } from "./programs";
import { Progress } from "./progress";
import { checkTools, go, java, lackOf, maven } from "./tools";
import { atLeast, versionIn, versions } from "./versions";
import { variable } from "../access/environment";

export interface Toolchain {
  /** The Pulumi CLI. */
  readonly pulumi: string;
  /** Undefined with the official CLI, which brings its own. */
  readonly built?: {
    /** Goes first on PATH. */
    readonly bin: string;
    /** PULUMI_HOME with our plugins: never the user's, since an older build must not pose as an official one. */
    readonly home: string;
  };
  /** Folder of the Keycloak distribution, if it was asked for. */
  readonly keycloak?: string;
}

/** Which Keycloak: as it is published, or with the extension for pipelines in it. */
export type Server = "plain" | "extended";

export interface Wanted {
  /** Default: a plain one, unless KEYCLOAK_URL names a server. */
  readonly keycloak?: Server | "none";
  /** What can begin as soon as Keycloak is there, beside the rest. */
  readonly begin?: { readonly title: string; readonly run: (keycloak: string | undefined) => Promise<void> };
}

/** The parts that a command needs, made or not. */
export interface Parts {
  /** The official CLI, which takes the place of `programs`. */
  readonly official?: string;
  readonly programs?: Part;
  readonly server?: Part;
}

/** Says which parts are needed, and makes none. */
export async function partsFor(wanted: Wanted, builder: Builder): Promise<Parts> {
  const { env, folder } = builder;
  const { keycloak = env[variable.keycloakUrl] === undefined ? "plain" : "none" } = wanted;
  const official = await officialCli(env, folder);
  return {
    ...(official === undefined ? { programs: programsPart(builder) } : { official }),
    ...(keycloak === "plain" && { server: keycloakPart(builder) }),
    ...(keycloak === "extended" && { server: extendedPart(builder) }),
  };
}

/**
 * Makes sure that everything is there; what does not depend on each other is made side by side.
 *
 * @throws one error that lists every tool that the machine lacks, before anything starts; or what went wrong
 *   in a build
 */
export async function ensureToolchain(
  wanted: Wanted = {},
  env: NodeJS.ProcessEnv = process.env,
  progress = new Progress(),
): Promise<Toolchain> {
  return interruptible(async (abort) => {
    const { signal } = abort;
    const { official, programs, server } = await partsFor(wanted, {
      folder: toolchainFolder(env),
      env,
      signal,
    });
    await checkTools(
      [
        ...(programs && !isMade(programs) ? [go] : []),
        ...(server ? [java(env)] : []),
        ...(server && !isMade(server) ? [maven] : []),
        ...(server && !isMade(server) && wanted.keycloak === "extended" ? [javac(env)] : []),
      ],
      env,
    );
    const make = (part: Part): Task => ({
      title: part.title,
      run: () => ensurePart(part, progress, signal),
    });
    const { begin } = wanted;
    const servers: Task[] = begin
      ? [
          {
            title: begin.title,
            after: server ? [server.title] : [],
            run: () => orAborted(begin.run(server?.folder), signal),
          },
        ]
      : [];
    const parts = [programs, server].filter((part) => part !== undefined);
    await runPlan([...parts.map(make), ...servers], abort, progress);
    if (programs) await linkPlugins(programs.folder);
    const built = programs && programsIn(programs.folder);
    return {
      pulumi: official ?? built?.pulumi ?? "",
      ...(built && { built: { bin: built.bin, home: builtHome } }),
      ...(server && { keycloak: server.folder }),
    };
  });
}

/**
 * The Keycloak with the extension, for whoever needs nothing else.
 *
 * @returns folder of the distribution
 */
export async function ensureExtendedKeycloak(
  version: string = versions.keycloak,
  env: NodeJS.ProcessEnv = process.env,
  progress = new Progress(),
): Promise<string> {
  return interruptible(async ({ signal }) => {
    const part = extendedPart({ folder: toolchainFolder(env), env, signal }, version);
    if (!isMade(part)) {
      await checkTools([java(env), javac(env), maven], env);
      await ensurePart(part, progress, signal);
    }
    return part.folder;
  });
}

/** Why this machine cannot have such a server, in one line; undefined if it can, or has it already. */
export async function extensionProblem(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { signal } = new AbortController();
  const part = extendedPart({ folder: toolchainFolder(env), env, signal });
  return isMade(part) ? undefined : lackOf(javac(env), env);
}

/**
 * The official CLI on PATH, if it is new enough, has its language host beside it, and may fetch plugins.
 * Nobody can tell in advance whether its hosts answer; who knows that they do not says so by
 * `BITBUCKET_KEYCLOAK_BUILD=1` or Pulumi's own `PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true`.
 */
async function officialCli(env: NodeJS.ProcessEnv, folder: string): Promise<string | undefined> {
  if (isSet(env[variable.build]) || isSet(env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION)) return undefined;
  const pulumi = onPath("pulumi", env, folder);
  if (pulumi === undefined || onPath("pulumi-language-nodejs", env, folder) === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(pulumi, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return atLeast(versionIn(stdout) ?? "0", versions.pulumi) ? pulumi : undefined;
  } catch {
    return undefined;
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}
