/**
 * The tools that a machine has to bring, looked at before anything starts: a build that fails after four
 * minutes because the next one lacks Java costs more than the look.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { atLeast, versionIn, versions } from "./versions";
import { variable } from "../access/environment";

export interface Tool {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The oldest that will do. */
  readonly minimum: string;
  readonly purpose: string;
  readonly fix: string;
}

export const go: Tool = {
  name: "Go",
  command: "go",
  args: ["version"],
  minimum: versions.go,
  purpose: "builds the Pulumi CLI and its plugins, because no official CLI is used",
  fix: `install Go (https://go.dev/doc/install), or the Pulumi CLI ${versions.pulumi} or later (https://www.pulumi.com/docs/install/)`,
};

/** The Java that Keycloak's own script would take. */
export function java(env: NodeJS.ProcessEnv): Tool {
  return {
    name: "Java",
    command: env.JAVA_HOME ? `${env.JAVA_HOME}/bin/java` : "java",
    args: ["-version"],
    minimum: versions.java,
    purpose: "runs Keycloak",
    fix: `install a JDK (Debian: apt install openjdk-17-jdk), set JAVA_HOME to one, or set ${variable.keycloakUrl} to a server that runs already`,
  };
}

export const maven: Tool = {
  name: "Maven",
  command: "mvn",
  args: ["--version"],
  minimum: versions.maven,
  purpose: `fetches Keycloak ${versions.keycloak} from Maven Central`,
  fix: `install it (Debian: apt install maven), or set ${variable.keycloakUrl} to a server that runs already`,
};

/**
 * What is wrong with a tool, in one line; undefined if nothing is.
 *
 * @param output all that the tool printed about its version; undefined if it could not be run
 */
export function problem(tool: Tool, output: string | undefined): string | undefined {
  const needed = `${tool.name} ${tool.minimum} or later is needed`;
  if (output === undefined)
    return `${needed} (${tool.purpose}), but "${tool.command}" was not found: ${tool.fix}`;
  const version = versionIn(output);
  if (version === undefined) {
    return `${needed} (${tool.purpose}), but "${tool.command} ${tool.args.join(" ")}" does not say a version: ${tool.fix}`;
  }
  if (atLeast(version, tool.minimum)) return undefined;
  return `${needed} (${tool.purpose}), but "${tool.command}" is ${version}: ${tool.fix}`;
}

/**
 * Looks at all these tools.
 *
 * @throws one error that lists everything that is missing or too old
 */
export async function checkTools(tools: readonly Tool[], env: NodeJS.ProcessEnv): Promise<void> {
  const problems = await Promise.all(tools.map((tool) => lackOf(tool, env)));
  const found = problems.filter((text) => text !== undefined);
  if (found.length > 0) {
    throw new Error(
      ["this machine lacks something; nothing was started", ...found.map((text) => `- ${text}`)].join("\n"),
    );
  }
}

/** What is wrong with this tool on this machine, in one line; undefined if nothing is. */
export async function lackOf(tool: Tool, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return problem(tool, await versionOutput(tool, env));
}

async function versionOutput(tool: Tool, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    // Java speaks on its error stream.
    const { stdout, stderr } = await promisify(execFile)(tool.command, tool.args, { env });
    return `${stdout}\n${stderr}`;
  } catch {
    return undefined;
  }
}
