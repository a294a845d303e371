/**
 * Runs the Pulumi CLI for a command that shows a summary instead of the engine's own display.
 */
import { clearLine, screen } from "@bitbucket-keycloak/output";
import { spawn } from "node:child_process";
import { lastLines } from "../toolchain/processes";
import { ownGroup, passSignalsOn } from "../toolchain/signals";
import { EngineError } from "./errors";
import { Events, problemsIn, type Changes, type Diagnostic } from "./events";
import { withoutAuditKey } from "../access/environment";

export interface Engine {
  /** The `pulumi` executable. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** Told the id of each process that is started, for who wants to watch it. */
  readonly started?: (pid: number) => void;
}

/**
 * Runs `pulumi` with these arguments and gives what it printed to its standard output.
 *
 * An interrupt is passed on, and the end of the engine waited for: it finishes what it has begun and writes it down.
 *
 * @throws {@link EngineError}
 */
export async function pulumi(engine: Engine, args: readonly string[]): Promise<string> {
  let output = "";
  const { code, errors } = await runEngine(engine, args, (text) => (output += text));
  if (code === 0) return output;
  throw new EngineError(diagnosticsIn(output) ?? lastLines(errors || output, 20), code, errors);
}

/**
 * The state of a stack, as `pulumi stack export` prints it.
 *
 * @param secrets whether secrets stand in it in plain text. Default: encrypted
 * @throws Error if there is no such stack, else {@link EngineError}
 */
export async function exportState(
  engine: Engine,
  stack: string,
  { secrets = false }: { readonly secrets?: boolean } = {},
): Promise<string> {
  try {
    return await pulumi(engine, [
      "stack",
      "export",
      ...(secrets ? ["--show-secrets"] : []),
      "--stack",
      stack,
    ]);
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== "no stack") throw error;
    throw new Error(`there is no stack ${stack}: name one that "npm run pulumi -- stack ls" shows`, {
      cause: error,
    });
  }
}

/** The errors in what a command with `--json` prints when it fails; undefined where that is something else. */
function diagnosticsIn(output: string): string | undefined {
  try {
    const { diagnostics = [] } = JSON.parse(output.slice(output.indexOf("{"))) as {
      readonly diagnostics?: readonly Diagnostic[];
    };
    const errors = diagnostics.filter(
      ({ message, severity }) => severity === "error" || /^error: /.test(message),
    );
    return errors.length === 0 ? undefined : problemsIn(errors).join("\n");
  } catch {
    return undefined;
  }
}

/**
 * Brings a stack up.
 *
 * @param done told after each resource
 * @param more further arguments
 * @returns what it changed
 * @throws {@link EngineError} with the errors of all resources
 */
export async function up(
  engine: Engine,
  stack: string,
  done: () => void,
  more: readonly string[] = [],
): Promise<Changes> {
  const events = new Events(done);
  let rest = "";
  const args = ["up", "--stack", stack, "--yes", "--skip-preview", "--json", ...more];
  const { code, errors } = await runEngine(engine, args, (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) events.read(line);
  });
  if (code === 0) return events.changes;
  const { problems, halfway } = events;
  const said = problems.length > 0 ? problems.join("\n") : lastLines(errors, 20);
  throw new EngineError(
    said || `pulumi up was ended (exit code ${code}); run the command again`,
    code,
    errors,
    halfway,
  );
}

/** `12 created, 3 changed`, or `nothing to change`. */
export function inWords(changes: Changes): string {
  const words = [
    ["create", "created"],
    ["update", "changed"],
    ["replace", "replaced"],
    ["delete", "deleted"],
  ] as const;
  const said = words.flatMap(([operation, what]) => {
    const count = changes[operation] ?? 0;
    return count > 0 ? [`${count} ${what}`] : [];
  });
  return said.length > 0 ? said.join(", ") : "nothing to change";
}

async function runEngine(
  { command, cwd, env, started }: Engine,
  args: readonly string[],
  read: (text: string) => void,
): Promise<{ code: number; errors: string }> {
  const child = spawn(command, args, {
    cwd,
    env: withoutAuditKey(env),
    stdio: ["ignore", "pipe", "pipe"],
    ...ownGroup(false),
  });
  if (child.pid !== undefined) started?.(child.pid);
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", read);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const release = passSignalsOn(child, false, say);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        resolve(exitCode ?? 137);
      });
    });
    return { code, errors };
  } finally {
    release();
  }
}

/** Said at once, since the engine takes its time to end. */
function say(times: number): void {
  const line =
    times === 1
      ? 'interrupted: what has begun comes to its end; once more stops it at once, which "npm run recover" has to mend'
      : "interrupted again: stopping at once";
  screen.write(`${screen.isTTY ? clearLine : ""}${line}\n`);
}
