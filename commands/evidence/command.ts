/** `npm run evidence -- <stack>`: a folder for an auditor; `-- check <folder>` says whether it is what was handed out. */
import { join } from "node:path";
import { variable } from "../../access/environment";
import { commitOf } from "../../checkout/commit";
import { readStack } from "../../checkout/stack";
import { checkFolder, renderChecked } from "../../evidence/check";
import type { Manifest } from "../../evidence/manifest";
import { pageFile } from "../../evidence/page/page";
import { produce } from "../../evidence/produce";
import { worksheetFile } from "../../evidence/worksheet";
import { signingKey, trustedKeys } from "../../trail/head";
import { lastReport } from "../drift/command";
import { moment } from "../frame/flags";
import { command } from "../frame/spec";
import { stackCommand } from "../frame/stackCommand";
import { gather } from "./gather";

const check = command({
  name: "check",
  summary: "says whether a folder is what was handed out: nothing changed, nothing gone, nothing added",
  argument: ["<folder>", "what npm run evidence wrote"],
  exitCodes: { 0: "it is", 2: "it is not" },
  notes: `The signature has to be by ${variable.auditPublicKey}, if that is set.`,
  run: ({ argument }) => {
    const checked = checkFolder(argument, trustedKeys(process.env));
    return { json: checked, text: renderChecked(checked), code: checked.problems.length > 0 ? 2 : 0 };
  },
});

export const evidence = stackCommand({
  name: "evidence",
  summary:
    "writes a folder for an auditor: who can do what and why, and everything that was checked, with checksums",
  guide: "docs/guide/evidence.md",
  flags: {
    "--out <folder>": "where to; it may not be there yet (default: .local/evidence/<stack>-<moment>)",
    "--since <period>": 'begin of the period: a day, or as in "90d" (default: 90d)',
    "--as-of <moment>": moment(
      'evaluate everything at this moment, as in "2026-11-25T18:00:00Z" (default: now)',
    ),
    "--verify <file>": "take what npm run verify --json printed (default: it runs now, reading only)",
    "--drift <file>": "take what npm run drift --json printed (default: the last report on this machine)",
    "--log <file>": "what npm run sync --log wrote, where the audit trail does not have it",
  },
  exitCodes: { 0: "complete", 2: "something could not be had, and is named" },
  notes: `Signed by the key in ${variable.auditKey}, if there is one.`,
  subcommands: [check],
  run: async ({ stack, engine, flags, progress }) => {
    const { cwd, env } = engine;
    const declared = readStack(cwd, stack, env, { asOf: flags.asOf });
    const { asOf } = declared;
    const since = sinceOf(flags.since ?? "90d", asOf);
    const key = signingKey(env);
    const drift = flags.drift ?? lastReport(cwd, stack);
    const facts = await gather(stack, engine, { ...flags, declared, since, drift }, progress);
    const moment = asOf.toISOString().replace(/[:.]/g, "-");
    const folder = flags.out ?? join(cwd, ".local", "evidence", `${stack}-${moment}`);
    const commit = commitOf(cwd, env);
    const made = { madeAt: new Date(), ...(commit !== undefined && { commit }) };
    const manifest = await progress.step("writing the evidence", () =>
      Promise.resolve(produce(facts, folder, made, key)),
    );
    const isComplete = manifest.parts.every(({ missing }) => missing === undefined);
    return {
      json: { folder, ...manifest },
      text: renderProduced(folder, manifest, key !== undefined),
      code: isComplete ? 0 : 2,
    };
  },
});

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
