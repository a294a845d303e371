/**
 * `npm run preview -- <stack>`: who gains or loses what, before anything happens. Writes nothing to either system.
 */
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { InvalidAccess } from "../../access";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { previewFrom } from "../pull-request/previewFrom";
import { tellingRequests } from "../requests";
import { markdownOf, mistakesInMarkdown } from "./markdown";
import { examine } from "./preview";
import { jsonOf, type Report, type Verdict } from "./report";
import { textOf } from "./text";

const exitCodes: Readonly<Record<Verdict, number>> = { nothing: 0, changes: 2, "second person": 3 };

interface Flags {
  readonly markdown?: string;
  readonly json?: true;
  readonly from?: string;
  readonly record?: string;
  readonly coverage?: string;
}

export function previewCommand(): Command {
  return new Command("preview")
    .description("shows who would gain or lose which right, and what the engine would do; changes nothing")
    .usage("-- <stack> [options]")
    .argument("<stack>", "for example prod")
    .option("--markdown <file>", "write it as markdown, too; - prints that instead of the text")
    .option("--json", "print one JSON object instead of text")
    .option(
      "--from <ref>",
      "preview the data of this commit (access.yaml, its lock, settings) with this program",
    )
    .option(
      "--record <file>",
      "read everything, and write down what `npm run deploy` compares before it acts",
    )
    .option(
      "--coverage <file>",
      "what drift checks remember of the rest (default: .local/drift/<stack>.json)",
    )
    .addHelpText(
      "after",
      "\nExit code: 0 nothing to do, 2 changes, 3 changes that a second person has to approve, 1 error. npm calls 2 and 3 an error on its error stream: npm run -s preview -- … does not.",
    )
    .action(run);
}

async function run(stack: string, flags: Flags): Promise<void> {
  const { markdown, json } = flags;
  const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
  const asked = tellingRequests({ env: engine.env, stack }, () => reportFor(stack, engine, flags));
  const report = await asked.catch(async (error: unknown) => {
    if (error instanceof InvalidAccess) await showMistakes(stack, error, markdown, json === true);
    throw error;
  });
  if (markdown !== undefined && markdown !== "-") await writeFile(markdown, markdownOf(report));
  if (json) console.log(JSON.stringify(jsonOf(report), undefined, 2));
  else console.log(markdown === "-" ? markdownOf(report) : textOf(report));
  process.exitCode = exitCodes[report.verdict];
}

async function reportFor(
  stack: string,
  engine: Engine,
  { from, record: file, coverage }: Flags,
): Promise<Report> {
  const progress = new Progress();
  if (from !== undefined) {
    if (file === undefined) return previewFrom(from, stack, engine, progress);
    throw new Error(
      "found --record beside --from: only what is checked out is deployed; leave one of them out",
    );
  }
  const { report, record } = await examine(stack, engine, progress, {
    inFull: file !== undefined,
    ...(coverage !== undefined && { coverage }),
  });
  if (file !== undefined) await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
  return report;
}

/** For scripts and pull requests; people read them on the error stream. */
async function showMistakes(
  stack: string,
  { problems }: InvalidAccess,
  markdown: string | undefined,
  json: boolean,
): Promise<void> {
  if (json) console.log(JSON.stringify({ stack, verdict: "error", violations: problems }, undefined, 2));
  if (markdown === undefined) return;
  const text = mistakesInMarkdown(stack, problems);
  if (markdown === "-") console.log(text);
  else await writeFile(markdown, text);
}
