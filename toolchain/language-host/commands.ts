/**
 * The command lines that run a program and a policy pack: what the engine asks for, in the words that
 * `@pulumi/pulumi/cmd/*` takes. Pure, so that every flag is tested.
 */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Options below `runtime` in Pulumi.yaml that this host knows. */
export interface RuntimeOptions {
  /** Default true. */
  readonly typescript?: unknown;
  /** Options of Node, separated by blanks, for example `--max-old-space-size=4096`. */
  readonly nodeargs?: unknown;
}

/** Where to find what, on this machine. */
export interface Place {
  /** The Node that runs the program: the one that runs the host. */
  readonly node: string;
  /** File of `@pulumi/pulumi/cmd/<runner>`, as the program would find it. */
  readonly runner: string;
  /** Address of the engine. */
  readonly engine: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What the engine says about a run, as plain data. */
export interface Run {
  readonly monitor: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly rootDirectory: string;
  readonly pwd: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
  /** File or folder, relative to `pwd`: `index.ts`, or `.`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly options: RuntimeOptions;
}

/** Settings go by the environment, all else by flags; a flag without a value is left out. */
export function programCommand(run: Run, place: Place): Command {
  const flags: Readonly<Record<string, string>> = {
    monitor: run.monitor,
    engine: place.engine,
    organization: run.organization,
    project: run.project,
    "root-directory": run.rootDirectory,
    stack: run.stack,
    pwd: run.pwd,
    parallel: String(run.parallel),
  };
  return {
    file: place.node,
    args: [
      ...nodeArgs(run.options),
      place.runner,
      ...Object.entries(flags)
        .filter(([, value]) => value !== "")
        .map(([flag, value]) => `--${flag}=${value}`),
      ...(run.dryRun ? ["--dry-run"] : []),
      run.program,
      ...run.args,
    ],
    cwd: run.pwd,
    env: {
      ...place.env,
      PULUMI_CONFIG: JSON.stringify(run.config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
      PULUMI_NODEJS_TYPESCRIPT: typescript(run.options),
    },
  };
}

/** What the engine says about a policy pack, as plain data. */
export interface PolicyPack {
  readonly directory: string;
  readonly pwd: string;
  /** Begins with the engine's address. */
  readonly args: readonly string[];
  /** `NAME=value`, complete. */
  readonly env: readonly string[];
  readonly options: RuntimeOptions;
}

/** The pack's own variables (`NAME=value`) replace the host's environment. */
export function policyPackCommand(pack: PolicyPack, place: Place): Command {
  return {
    file: place.node,
    args: [...nodeArgs(pack.options), place.runner, ...pack.args, pack.directory],
    cwd: pack.pwd,
    env: { ...Object.fromEntries(pack.env.map(pair)), PULUMI_NODEJS_TYPESCRIPT: typescript(pack.options) },
  };
}

function pair(assignment: string): [string, string] {
  const equals = assignment.indexOf("=");
  return [assignment.slice(0, equals), assignment.slice(equals + 1)];
}

function nodeArgs({ nodeargs }: RuntimeOptions): string[] {
  return typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((arg) => arg !== "") : [];
}

function typescript(options: RuntimeOptions): string {
  return String(options.typescript !== false && options.typescript !== "false");
}

/** Exit code by which a program says that it has told the user already what went wrong. */
const alreadyReported = 32;

/** What an ending means to the engine: no error text is success; `bail` means that nothing more is to be said. */
export function outcome(ending: { readonly code: number | null; readonly signal: string | null }): {
  readonly error: string;
  readonly bail: boolean;
} {
  if (ending.code === 0) return { error: "", bail: false };
  if (ending.code === alreadyReported) return { error: "", bail: true };
  const how =
    ending.code === null ? `was ended by ${ending.signal ?? "a signal"}` : `exited with ${ending.code}`;
  return { error: `the program ${how} before it had told the engine why`, bail: false };
}
