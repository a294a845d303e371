/** The command lines that run plugins which are folders, policy packs among them; commands.ts has that of a program. */
import { nodeArgs, typescript, type Command, type Place, type RuntimeOptions } from "./commands";

/** What the engine says about a plugin that is a folder, as plain data. */
export interface Plugin {
  readonly directory: string;
  /** Begins with the engine's address. */
  readonly args: readonly string[];
  /** `NAME=value`, complete: they replace the host's environment. */
  readonly env: readonly string[];
  readonly options: RuntimeOptions;
}

/**
 * Starts a plugin, in the engine's folder. Options of Node stand after the script, as the official host has them.
 *
 * @throws Error if an option of the runtime has the wrong type
 */
export function pluginCommand(
  { directory, args, env, options, pwd }: Plugin & { readonly pwd: string },
  place: Place,
): Command {
  return {
    file: place.node,
    args: [place.runner, ...nodeArgs(options), directory, ...args],
    cwd: pwd,
    env: { ...Object.fromEntries(env.map(pair)), ...typescript(options) },
  };
}

/** A policy pack. */
export interface PolicyPack extends Plugin {
  /** The stack that it evaluates; undefined where it evaluates none, as in `pulumi policy publish`. */
  readonly evaluated?: Evaluated | undefined;
}

/** A stack as a policy pack is told of it. */
export interface Evaluated {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  /** By `namespace:key`. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Starts a policy pack, in its own folder. Options of Node stand after the script, as the official host has them.
 *
 * @throws Error if an option of the runtime has the wrong type
 */
export function policyPackCommand(pack: PolicyPack, place: Place): Command {
  return {
    file: place.node,
    args: [place.runner, ...nodeArgs(pack.options), ...pack.args, pack.directory],
    cwd: pack.directory,
    env: {
      ...Object.fromEntries(pack.env.map(pair)),
      ...typescript(pack.options),
      ...(pack.evaluated && stackVariables(pack.evaluated)),
    },
  };
}

function stackVariables({ organization, project, stack, dryRun, config }: Evaluated): NodeJS.ProcessEnv {
  const names = {
    PULUMI_NODEJS_ORGANIZATION: organization,
    PULUMI_NODEJS_PROJECT: project,
    PULUMI_NODEJS_STACK: stack,
  };
  return {
    ...Object.fromEntries(Object.entries(names).filter(([, value]) => value !== "")),
    PULUMI_NODEJS_DRY_RUN: String(dryRun),
    PULUMI_CONFIG: JSON.stringify(config),
  };
}

function pair(assignment: string): [string, string] {
  const equals = assignment.indexOf("=");
  return [assignment.slice(0, equals), assignment.slice(equals + 1)];
}
