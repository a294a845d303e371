/**
 * Compiles the Keycloak extension with the JDK alone, against the server that it goes into: what it builds on is
 * internal to Keycloak and may change with every minor version. The same sources and JDK give the same bytes.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { keycloakBuild, keycloakPart, unpackKeycloak } from "./distribution";
import { ensurePart, isMade, type Part } from "./parts";
import { interruptible } from "./plan";
import { contents, filesBelow, keyOf, root, toolchainFolder } from "./places";
import { run, type RunOptions } from "./processes";
import type { Builder } from "./programs";
import { Progress } from "./progress";
import { checkTools, java, maven, type Tool } from "./tools";
import { versions } from "./versions";

/** The servers that there is a jar for, one of each minor version: the newest that is on Maven Central. */
export const extensionServers: readonly string[] = ["26.6.4", versions.keycloak];

const sources = join(root, "packages/keycloak-pipelines/java");
const resources = join(root, "packages/keycloak-pipelines/resources");

export interface Jar {
  readonly file: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Compiles the extension.
 *
 * @param distribution folder of the server that it is for
 * @param file the jar to write; its folder is made
 * @throws with what the compiler says
 */
export async function compileExtension(
  distribution: string,
  file: string,
  options: RunOptions = {},
): Promise<Jar> {
  const { env = process.env } = options;
  const work = mkdtempSync(join(tmpdir(), "keycloak-extension-"));
  try {
    const classes = join(work, "classes");
    const classPath = ["lib/lib/main", "lib/lib/boot"].map((folder) => join(distribution, folder, "*"));
    const flags = ["--release", versions.java, "-proc:none", "-Xlint:all,-path,-classfile,-deprecation"];
    const compile = [...flags, "-d", classes, "-cp", classPath.join(":"), ...filesBelow(sources)];
    await run(tool("javac", env), compile, { ...options, env });
    cpSync(resources, classes, { recursive: true });
    // No manifest, which names the JDK; no compression, which differs between them; one time; one order.
    const entries = filesBelow(classes).flatMap((entry) => ["-C", classes, relative(classes, entry)]);
    await mkdir(dirname(file), { recursive: true });
    const flat = ["--create", "--no-manifest", "--no-compress", "--date=2000-01-01T00:00:00Z"];
    await run(tool("jar", env), [...flat, "--file", file, ...entries], { ...options, env });
    return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Builds a jar for each server, and `SHA256SUMS` beside them; fetches the servers that are not here yet.
 *
 * @param folder where they go
 */
export async function buildExtension(
  folder: string,
  servers: readonly string[] = extensionServers,
  env: NodeJS.ProcessEnv = process.env,
  progress = new Progress(),
): Promise<Jar[]> {
  const jars = await interruptible(async ({ signal }) => {
    const builder = { folder: toolchainFolder(env), env, signal };
    const parts = servers.map((version) => ({ version, part: keycloakPart(builder, version) }));
    await checkTools(
      [java(env), javac(env), ...(parts.every(({ part }) => isMade(part)) ? [] : [maven])],
      env,
    );
    const made: Jar[] = [];
    for (const { version, part } of parts) {
      await ensurePart(part, progress, signal);
      const title = `extension for Keycloak ${version}`;
      const file = join(folder, jarName(version));
      made.push(await progress.step(title, () => compileExtension(part.folder, file, builder)));
    }
    return made;
  });
  const sums = servers.map((version, at) => `${jars[at]?.sha256 ?? ""}  ${jarName(version)}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  return jars;
}

/** A server with the extension in it. */
export function extendedPart(builder: Builder, version: string = versions.keycloak): Part {
  const files = [...filesBelow(sources), ...filesBelow(resources)].map((file) => relative(root, file));
  return {
    folder: join(
      builder.folder,
      `keycloak-${version}-extended-${keyOf("distribution", ...keycloakBuild, ...files, ...contents(...files))}`,
    ),
    title: `Keycloak ${version} with the extension`,
    make: async (folder) => {
      await unpackKeycloak(builder, version, folder);
      await compileExtension(folder, join(folder, "providers", jarName(version)), builder);
      await run(join(folder, "bin/kc.sh"), keycloakBuild, builder);
    },
  };
}

/** `keycloak-bitbucket-pipelines-26.7.3.jar`: the version is the server's. */
function jarName(version: string): string {
  return `keycloak-bitbucket-pipelines-${version}.jar`;
}

/** What compiles the extension. */
export function javac(env: NodeJS.ProcessEnv): Tool {
  return {
    ...java(env),
    name: "JDK",
    command: tool("javac", env),
    purpose: "compiles the Keycloak extension",
    fix: "install a JDK, not only a JRE (Debian: apt install openjdk-17-jdk-headless), or set JAVA_HOME to one",
  };
}

function tool(name: string, env: NodeJS.ProcessEnv): string {
  return env.JAVA_HOME ? join(env.JAVA_HOME, "bin", name) : name;
}
