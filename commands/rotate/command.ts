/**
 * `npm run rotate -- <stack>`: what is due rotates, is proved, and a report says how old every secret and key is.
 */
import { Command, InvalidArgumentError } from "commander";
import { momentWords, parseMoment } from "../../checkout/moment";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { settingsOf } from "../../checkout/stack";
import { alertVariable, tell, type Told } from "./alert";
import { textOf, type Report } from "../../engine/rotations/report";
import { rotate, type RotateOptions } from "./rotate";

/** Exit code for somebody to look: something is older than its limit. */
const alert = 2;

interface Options {
  readonly now?: string;
  readonly reason?: string;
  readonly confirm?: string;
  readonly dryRun?: true;
  readonly asOf?: Date;
  readonly atMost?: number;
  readonly json?: true;
}

export function rotateCommand(): Command {
  return new Command("rotate")
    .description("rotates the secrets and keys that are due, proves them, and tells the age of all")
    .usage("-- <stack> [options]")
    .argument("<stack>", "for example prod")
    .option("--now <name>", "rotate this one, whatever its age, and end what was in use before: a leak")
    .option("--reason <why>", "for --now: goes into the stack file")
    .option(
      "--confirm <shown>",
      "second step of what people paste: the fingerprint of the certificate, or the id of the client, that the other side shows now",
    )
    .option("--dry-run", "only say what would rotate")
    .option("--as-of <moment>", 'rehearse: judge by this moment, as in "2027-01-31T12:00:00Z"', momentOf)
    .option("--at-most <count>", "rotate no more than these many, the oldest first (default: 250)", countOf)
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      `
In a pipeline of Bitbucket, the commit gets a Code Insights report. What is older than its limit is posted as JSON to
${alertVariable}, if that is set.

Exit code: 0 fine, ${alert} something is older than its limit, 1 error.`,
    )
    .action(async (stack: string, { now: name, reason, confirm, json, ...options }: Options) => {
      const whys = [reason, confirm].filter((one) => one !== undefined).length;
      if (whys !== (name === undefined ? 0 : 1))
        throw new Error(
          '--now goes with --reason, or with --confirm: --now <name> --reason "<why>", then, for what people paste, --now <name> --confirm <what the other side shows>',
        );
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      const now =
        name === undefined
          ? {}
          : {
              now: {
                name,
                ...(reason !== undefined && { reason }),
                ...(confirm !== undefined && { confirm }),
              },
            };
      const report = await told(stack, engine, { ...options, ...now });
      console.log(json ? JSON.stringify(report, undefined, 2) : textOf(report));
      process.exitCode = report.overdue.length > 0 ? alert : 0;
    });
}

/** Rotates, and tells who wants to know of it; a rehearsal tells nobody. */
async function told(stack: string, engine: Engine, options: RotateOptions): Promise<Report> {
  const isRehearsal = options.dryRun === true || options.asOf !== undefined;
  const say = async (what: Told): Promise<void> => {
    const { bitbucket } = settingsOf(engine.cwd, stack, engine.env);
    for (const problem of await tell(what, bitbucket.url, engine.env)) console.error(problem);
  };
  try {
    const report = await rotate(stack, engine, options, new Progress());
    if (!isRehearsal) await say({ report });
    return report;
  } catch (error) {
    const failure = (error as Error).message;
    // What cannot be read either is no news of its own.
    const report = await rotate(stack, engine, { dryRun: true }, new Progress()).catch(() => undefined);
    if (report !== undefined && !isRehearsal) await say({ report, failure });
    throw error;
  }
}

function momentOf(text: string): Date {
  const moment = parseMoment(text);
  if (moment === undefined) throw new InvalidArgumentError(`allowed: ${momentWords}.`);
  return moment;
}

function countOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("allowed: a whole number, 1 or more.");
  return Number(text);
}
