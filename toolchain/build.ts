/**
 * Finds the toolchain or builds it: the Pulumi CLI, its language host and plugins, and Keycloak.
 *
 * Where the official CLI is installed it is used, and fetches its own plugins. Many machines cannot reach the
 * hosts it fetches them from, only package registries; there, the same programs are made from pinned modules.
 */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { mavenEnvironment } from "./maven";
import type { Part } from "./parts";
import { ensurePart, isMade } from "./parts";
import { contents, keyOf, onPath, root, toolchainFolder } from "./places";
import { run } from "./processes";
import { Progress } from "./progress";
import { checkTools, go, java, maven } from "./tools";
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

/**
 * Makes sure that everything is there.
 *
 * @param wanted `keycloak`: also the server. Default: unless KEYCLOAK_URL names one
 * @throws one error that lists every tool that the machine lacks, before anything starts; or what went wrong
 *   in a build
 */
export async function ensureToolchain(
  wanted: { readonly keycloak?: boolean } = {},
  env: NodeJS.ProcessEnv = process.env,
  progress = new Progress(),
): Promise<Toolchain> {
  const folder = toolchainFolder(env);
  const official = await officialCli(env, folder);
  const abort = new AbortController();
  const builder: Builder = { folder, env, signal: abort.signal };

  const cli = cliPart(builder);
  const home = homePart(builder, join(cli.folder, "pulumi"));
  const server =
    (wanted.keycloak ?? env[variable.keycloakUrl] === undefined) ? keycloakPart(builder) : undefined;
  const plugins = official === undefined ? [cli, home] : [];

  await checkTools(
    [
      ...(plugins.every(isMade) ? [] : [go]),
      ...(server ? [java(env)] : []),
      ...(server && !isMade(server) ? [maven] : []),
    ],
    env,
  );

  const interrupt = (): void => {
    abort.abort(new Error("interrupted; what was being made is begun anew the next time"));
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await Promise.all([
      // One after the other: each Go build takes every core, and the second finds half its packages compiled.
      (async () => {
        for (const part of plugins) await ensurePart(part, progress);
      })(),
      server && ensurePart(server, progress),
    ]);
  } catch (error) {
    abort.signal.throwIfAborted();
    abort.abort();
    throw error;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  return {
    pulumi: official ?? join(cli.folder, "pulumi"),
    ...(official === undefined && { built: { bin: cli.folder, home: home.folder } }),
    ...(server && { keycloak: server.folder }),
  };
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

export interface Builder {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const machine = `${process.platform}-${process.arch}`;

/** Beside the CLI, where it looks for its own host first; the code is the checkout's, so that it is never stale. */
const hostScript = `#!/bin/sh
exec "\${${variable.checkout}:?is not set, so start the CLI by npm run pulumi}/toolchain/language-host/pulumi-language-nodejs" "$@"
`;

function cliPart(builder: Builder): Part {
  const sources = contents("toolchain/go/cli/go.mod", "toolchain/go/cli/go.sum");
  return {
    folder: join(builder.folder, `cli-${keyOf(machine, versions.pulumi, hostScript, ...sources)}`),
    title: `Pulumi CLI ${versions.pulumi}, built from its Go module`,
    make: async (folder) => {
      const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`;
      await goBuild(
        builder,
        "cli",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        version,
        join(folder, "pulumi"),
      );
      await writeFile(join(folder, "pulumi-language-nodejs"), hostScript, { mode: 0o755 });
    },
  };
}

function homePart(builder: Builder, pulumi: string): Part {
  const plugins = Object.entries(versions.plugins);
  const sources = contents(
    "toolchain/go/plugins/go.mod",
    "toolchain/go/plugins/go.sum",
    ...plugins.map(([name]) => `toolchain/go/plugins/${name}/main.go`),
    "toolchain/go/plugins/keycloak/properties.go",
  );
  return {
    folder: join(builder.folder, `home-${keyOf(machine, ...plugins.flat(), ...sources)}`),
    title: `Pulumi plugins ${plugins.map((plugin) => plugin.join(" ")).join(" and ")}, built from Go modules`,
    make: async (home) => {
      const built = join(home, "built");
      for (const [name, version] of plugins) {
        const folder = join(built, name);
        await mkdir(folder, { recursive: true });
        await goBuild(
          builder,
          "plugins",
          `./${name}`,
          `main.version=${version}`,
          join(folder, `pulumi-resource-${name}`),
        );
        await run(pulumi, ["plugin", "install", "resource", name, version, "--file", folder], {
          env: { ...builder.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
          signal: builder.signal,
        });
      }
      await rm(built, { recursive: true });
    },
  };
}

async function goBuild(
  builder: Builder,
  module: string,
  what: string,
  set: string,
  into: string,
): Promise<void> {
  // -s -w: no symbols for debuggers, a third less on disk.
  await run(
    "go",
    ["build", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w -X ${set}`, "-o", into, what],
    {
      cwd: join(root, "toolchain/go", module),
      env: builder.env,
      signal: builder.signal,
    },
  );
}

/** Settings that Keycloak bakes in; without this step it does so at every start, for half a minute. */
export const keycloakBuild = ["build", "--db=dev-file"];

/** @param version of the server. Default: the one that this project runs */
export function keycloakPart(builder: Builder, version: string = versions.keycloak): Part {
  return {
    folder: join(builder.folder, `keycloak-${version}-${keyOf(...keycloakBuild)}`),
    title: `Keycloak ${version} from Maven Central`,
    make: async (folder) => {
      const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`;
      const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
      const { env, signal } = builder;
      const archive = join(folder, `keycloak-quarkus-dist-${version}.tar.gz`);
      await run(
        "mvn",
        [
          "--batch-mode",
          "--no-transfer-progress",
          copy,
          `-Dartifact=${artifact}`,
          `-DoutputDirectory=${folder}`,
        ],
        // Outside the checkout no pom.xml can interfere.
        { cwd: dirname(folder), env: mavenEnvironment(env), signal },
      );
      await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"], { signal });
      await rm(archive);
      await run(join(folder, "bin/kc.sh"), keycloakBuild, { env, signal });
    },
  };
}
