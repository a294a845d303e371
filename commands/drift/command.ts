/** `npm run drift -- <stack>`: what differs from what is declared, whether this program manages it or not. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import { prepareEngine } from "../../engine/prepare";
import { driftOf, type DriftOptions } from "./drift";
import { markdownOf, textOf } from "./text";
import { type DriftReport } from "../../evidence/reports/drift";

interface Flags extends DriftOptions {
  readonly markdown?: string;
  readonly json?: true;
}

export function driftCommand(): Command {
  return new Command("drift")
    .description(
      "shows what differs from what is declared in both systems, and what nobody declared; changes nothing",
    )
    .usage("-- <stack> [options]")
    .argument("<stack>", "for example prod")
    .option(
      "--budget <requests>",
      "look at as much of the workspace as this allows, the part that was looked at longest ago first",
      count,
    )
    .option(
      "--coverage <file>",
      "remembers what was looked at when; for pipelines, which have to keep it (default: .local/drift/<stack>.json)",
    )
    .option("--markdown <file>", "write it as markdown, too; - prints that instead of the text")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      "\nExit code: 0 as declared, as far as was looked at; 2 differences; 1 error. npm calls 2 an error on its error stream: npm run -s drift -- … does not.",
    )
    .action(run);
}

async function run(stack: string, { markdown, json, ...options }: Flags): Promise<void> {
  const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
  const report = await driftOf(stack, engine, options, new Progress());
  await keep(engine.cwd, report);
  if (markdown !== undefined && markdown !== "-") await writeFile(markdown, markdownOf(report));
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else console.log(markdown === "-" ? markdownOf(report) : textOf(report));
  process.exitCode = report.verdict === "drift" ? 2 : 0;
}

/** The last report of a stack, for its evidence. */
export function lastReport(folder: string, stack: string): string {
  return join(folder, ".local", "drift", `${stack}.report.json`);
}

async function keep(folder: string, report: DriftReport): Promise<void> {
  const file = lastReport(folder, report.stack);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 10) return value;
  throw new InvalidArgumentError("a whole number of requests, 10 at least.");
}
