/** `npm run evidence -- <stack>`: a folder for an auditor; `-- check <folder>` says whether it is what was handed out. */
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { momentWords, parseMoment } from "../../checkout/moment";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import { signingKey, trustedKeys } from "../../trail/head";
import { commitOf } from "../../checkout/commit";
import { lastReport } from "../drift/command";
import { prepareEngine } from "../../engine/prepare";
import { readStack } from "../../checkout/stack";
import { checkFolder, renderChecked } from "../../evidence/check";
import { gather } from "./gather";
import type { Manifest } from "../../evidence/manifest";
import { pageFile } from "../../evidence/page/page";
import { produce } from "../../evidence/produce";
import { worksheetFile } from "../../evidence/worksheet";
import { variable } from "../../access/environment";

/** Exit code of evidence that lacks something, and of a folder that is not what it was. */
const lacking = 2;

interface Flags {
  readonly out?: string;
  readonly since: string;
  readonly asOf?: Date;
  readonly verify?: string;
  readonly drift?: string;
  readonly log?: string;
  readonly json?: true;
}

export function evidenceCommand(): Command {
  return new Command("evidence")
    .description(
      "writes a folder for an auditor: who can do what and why, and everything that was checked, with checksums",
    )
    .usage("-- <stack> [options] | check <folder>")
    .argument("<stack>", "for example prod")
    .option("--out <folder>", "where to; it may not be there yet (default: .local/evidence/<stack>-<moment>)")
    .option("--since <period>", 'begin of the period: a day, or as in "90d"', "90d")
    .option(
      "--as-of <moment>",
      'judge everything at this moment, as in "2026-11-25T18:00:00Z" (default: now)',
      moment,
    )
    .option("--verify <file>", "take what npm run verify --json printed (default: it runs now, reading only)")
    .option(
      "--drift <file>",
      "take what npm run drift --json printed (default: the last report on this machine)",
    )
    .option("--log <file>", "what npm run sync --log wrote, where the audit trail does not have it")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      `\nExit code: 0 complete; ${lacking} something could not be had, and is named; 1 error.\nSigned by the key in ${variable.auditKey}, if there is one.`,
    )
    .action(run)
    .addCommand(checkCommand());
}

function checkCommand(): Command {
  return new Command("check")
    .description("says whether a folder is what was handed out: nothing changed, nothing gone, nothing added")
    .usage("<folder>")
    .argument("<folder>")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      `\nExit code: 0 it is; ${lacking} it is not; 1 error.\nThe signature has to be by ${variable.auditPublicKey}, if that is set.`,
    )
    .action((folder: string, { json }: { readonly json?: true }) => {
      const checked = checkFolder(folder, trustedKeys(process.env));
      console.log(json ? JSON.stringify(checked, undefined, 2) : renderChecked(checked));
      process.exitCode = checked.problems.length > 0 ? lacking : 0;
    });
}

async function run(stack: string, { json, ...flags }: Flags): Promise<void> {
  const progress = new Progress();
  const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
  const { cwd, env } = engine;
  const { asOf } = readStack(cwd, stack, env, { asOf: flags.asOf });
  const since = sinceOf(flags.since, asOf);
  const key = signingKey(env);
  const drift = flags.drift ?? lastReport(cwd, stack);
  const facts = await gather(stack, engine, { ...flags, asOf, since, drift }, progress);
  const folder =
    flags.out ?? join(cwd, ".local", "evidence", `${stack}-${asOf.toISOString().replace(/[:.]/g, "-")}`);
  const commit = commitOf(cwd, env);
  const made = { madeAt: new Date(), ...(commit !== undefined && { commit }) };
  const manifest = await progress.step("writing the evidence", () =>
    Promise.resolve(produce(facts, folder, made, key)),
  );
  console.log(
    json
      ? JSON.stringify({ folder, ...manifest }, undefined, 2)
      : renderProduced(folder, manifest, key !== undefined),
  );
  process.exitCode = manifest.parts.some(({ missing }) => missing !== undefined) ? lacking : 0;
}

function renderProduced(folder: string, { parts, files }: Manifest, isSigned: boolean): string {
  const width = Math.max(...parts.map(({ title }) => title.length));
  return [
    ...parts.map(
      ({ title, rows, missing }) =>
        `${title.padEnd(width)}  ${String(rows).padStart(8)}${missing === undefined ? "" : `  not complete: ${missing}`}`,
    ),
    "",
    `${files.length} files in ${folder}; read ${pageFile} first; ${worksheetFile} is for a review`,
    isSigned
      ? "signed"
      : `not signed: whoever may write the folder can change it unseen; set ${variable.auditKey}`,
  ].join("\n");
}

/** A number of days before, or a day. */
export function sinceOf(text: string, asOf: Date): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const since =
    days === undefined ? new Date(`${text}T00:00:00Z`) : new Date(asOf.getTime() - Number(days) * 86_400_000);
  if ((days === undefined && !/^\d{4}-\d\d-\d\d$/.test(text)) || Number.isNaN(since.getTime()))
    throw new Error(`found "${text}" for --since; allowed: a day, as 2026-09-01, or days, as 90d`);
  if (since.getTime() >= asOf.getTime())
    throw new Error(`found "${text}" for --since; allowed: a time before ${asOf.toISOString()}`);
  return since;
}

function moment(text: string): Date {
  const value = parseMoment(text);
  if (value === undefined) throw new InvalidArgumentError(`allowed: ${momentWords}.`);
  return value;
}
