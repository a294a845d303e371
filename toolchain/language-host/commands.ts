/**
 * The command line that runs a program: what the engine asks for, in the words that
 * `@pulumi/pulumi/cmd/*` takes. Pure, so that every flag is tested; plugins.ts has
 * those of plugins and policy packs.
 */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Options below `runtime` in Pulumi.yaml and PulumiPolicy.yaml that this host knows. */
export interface RuntimeOptions {
  /** Default true. */
  readonly typescript?: unknown;
  /** File of TypeScript's settings. Default: `tsconfig.json` of the working directory. */
  readonly tsconfig?: unknown;
  /** Options of Node, as a shell takes them: `--max-old-space-size=4096`. Default: none. */
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
  /** The folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** The program's folder. */
  readonly programDirectory: string;
  /** The engine's folder, where the program starts. */
  readonly pwd: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  /** By `namespace:key`. */
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
  /** File or folder, relative to `programDirectory`: `index.ts`, or `.`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly options: RuntimeOptions;
}

/**
 * Starts a program: settings go by the environment, all else by flags; a flag without a value is left out.
 *
 * @throws Error if an option of the runtime has the wrong type
 */
export function programCommand(run: Run, place: Place): Command {
  const flags: Readonly<Record<string, string>> = {
    monitor: run.monitor,
    engine: place.engine,
    organization: run.organization,
    project: run.project,
    "root-directory": run.rootDirectory,
    stack: run.stack,
    pwd: run.programDirectory,
  };
  const config = Object.entries(run.config).map(([key, value]) => [key.replace(":", ":config:"), value]);
  return {
    file: place.node,
    args: [
      ...nodeArgs(run.options),
      place.runner,
      ...Object.entries(flags).flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}`, value])),
      ...(run.dryRun ? ["--dry-run"] : []),
      "--parallel",
      String(run.parallel),
      run.program,
      ...run.args,
    ],
    cwd: run.pwd,
    env: {
      ...place.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
      ...typescript(run.options),
    },
  };
}

/** Options of Node, one by one. Quotes keep blanks together. @throws Error if they are no text */
export function nodeArgs({ nodeargs = "" }: RuntimeOptions): string[] {
  const words = text("nodeargs", nodeargs).match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** What the runners are told of TypeScript. @throws Error if an option has the wrong type */
export function typescript({ typescript: isOn = true, tsconfig = "" }: RuntimeOptions): NodeJS.ProcessEnv {
  if (typeof isOn !== "boolean") throw wrongType("typescript", isOn, "true or false");
  const file = text("tsconfig", tsconfig);
  return {
    ...(isOn && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(file !== "" && { PULUMI_NODEJS_TSCONFIG_PATH: file }),
  };
}

function text(option: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw wrongType(option, value, "a text");
}

function wrongType(option: string, found: unknown, allowed: string): Error {
  return new Error(`runtime.options.${option}: found ${JSON.stringify(found)}; write ${allowed}`);
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
