/**
 * `npm run rotate -- <stack>`: what is due rotates, is proved, and a report says how old every secret and key is.
 */
import { say } from "@bitbucket-keycloak/output";
import { settingsOf } from "../../checkout/stack";
import type { Engine } from "../../engine/engine";
import { textOf, type Report } from "../../engine/rotations/report";
import type { Progress } from "../../toolchain/progress";
import { count, moment } from "../frame/flags";
import { stackCommand } from "../frame/stackCommand";
import { alertVariable } from "../alert";
import { tell, type Told } from "./alert";
import { rotate as rotateDue, type RotateOptions } from "./rotate";

export const rotate = stackCommand({
  name: "rotate",
  mends: true,
  summary: "rotates the secrets and keys that are due, proves them, and tells the age of all",
  guide: "docs/guide/rotation.md",
  flags: {
    "--now <name>": "rotate this one, whatever its age, and end what was in use before: a leak",
    "--reason <why>": "for --now: goes into the stack file",
    "--confirm <shown>":
      "second step of what people paste: the fingerprint of the certificate, or the id of the client, that the other side shows now",
    "--dry-run": "only say what would rotate",
    "--as-of <moment>": moment('rehearse: evaluate by this moment, as in "2027-01-31T12:00:00Z"'),
    "--at-most <count>": count(1, "rotate no more than these many, the oldest first (default: 250)"),
  },
  exitCodes: { 0: "fine", 2: "something is older than its limit" },
  notes: `In a pipeline of Bitbucket, the commit gets a Code Insights report. What is older than its limit is posted as JSON to ${alertVariable}, if that is set.`,
  run: async ({ stack, engine, flags: { now: name, reason, confirm, ...options }, progress }) => {
    const whys = [reason, confirm].filter((one) => one !== undefined).length;
    if (whys !== (name === undefined ? 0 : 1))
      throw new Error(
        '--now goes with --reason, or with --confirm: --now <name> --reason "<why>", then, for what people paste, --now <name> --confirm <what the other side shows>',
      );
    const now = name === undefined ? undefined : { name, reason, confirm };
    const report = await told(stack, engine, { ...options, now }, progress);
    return { json: report, text: textOf(report), code: report.overdue.length > 0 ? 2 : 0 };
  },
});

/** Rotates, and tells who wants to know of it; a rehearsal tells nobody. */
async function told(
  stack: string,
  engine: Engine,
  options: RotateOptions,
  progress: Progress,
): Promise<Report> {
  const isRehearsal = options.dryRun === true || options.asOf !== undefined;
  const alert = async (what: Told): Promise<void> => {
    const { bitbucket } = settingsOf(engine.cwd, stack, engine.env);
    for (const problem of await tell(what, bitbucket.url, engine.env)) say(problem);
  };
  try {
    const report = await rotateDue(stack, engine, options, progress);
    if (!isRehearsal) await alert({ report });
    return report;
  } catch (error) {
    const failure = (error as Error).message;
    // What cannot be read either is no news of its own.
    const report = await rotateDue(stack, engine, { dryRun: true }, progress).catch(() => undefined);
    if (report !== undefined && !isRehearsal) await alert({ report, failure });
    throw error;
  }
}
