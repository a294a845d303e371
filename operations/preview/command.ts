/**
 * `npm run preview -- <stack>`: who gains or loses what, before anything happens. Writes nothing to either system.
 */
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { InvalidAccess } from "../../access";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import { prepareEngine } from "../prepare";
import { previewFrom } from "../pullRequest/previewFrom";
import { preview } from "./preview";
import { jsonOf, type Verdict } from "./report";
import { markdownOf, textOf } from "./text";

const exitCodes: Readonly<Record<Verdict, number>> = { nothing: 0, changes: 2, "second person": 3 };

interface Options {
  readonly markdown?: string;
  readonly json?: true;
  readonly from?: string;
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
      "preview the data of this commit (access.yaml, its lock, dials) with this program",
    )
    .addHelpText(
      "after",
      "\nExit code: 0 nothing to do, 2 changes, 3 changes that a second person has to approve, 1 error.",
    )
    .action(async (stack: string, { markdown, json, from }: Options) => {
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      const progress = new Progress();
      const previewed =
        from === undefined ? preview(stack, engine, progress) : previewFrom(from, stack, engine, progress);
      const report = await previewed.catch((error: unknown) => {
        // A script that asked for JSON gets the mistakes in it, too; others read them on the error stream.
        if (json && error instanceof InvalidAccess)
          console.log(JSON.stringify({ stack, verdict: "error", violations: error.problems }, undefined, 2));
        throw error;
      });
      if (markdown !== undefined && markdown !== "-") await writeFile(markdown, markdownOf(report));
      if (json) console.log(JSON.stringify(jsonOf(report), undefined, 2));
      else console.log(markdown === "-" ? markdownOf(report) : textOf(report));
      process.exitCode = exitCodes[report.verdict];
    });
}
