/** `npm run drift -- <stack>`: what differs from what is declared, whether this program manages it or not. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DriftReport } from "../../evidence/reports/drift";
import { count } from "../frame/flags";
import { stackCommand } from "../frame/stackCommand";
import { driftOf } from "./drift";
import { markdownOf, textOf } from "./text";

export const drift = stackCommand({
  name: "drift",
  summary:
    "shows what differs from what is declared in both systems, and what nobody declared; changes nothing",
  guide: "docs/guide/guardrails.md",
  flags: {
    "--budget <requests>": count(
      10,
      "look at as much of the workspace as this allows, the part that was looked at longest ago first",
    ),
    "--coverage <file>":
      "remembers what was looked at when; for pipelines, which have to keep it (default: .local/drift/<stack>.json)",
  },
  formats: ["json", "markdown"],
  exitCodes: { 0: "as declared, as far as was looked at", 2: "differences" },
  run: async ({ stack, engine, flags, progress }) => {
    const report = await driftOf(stack, engine, flags, progress);
    await keep(engine.cwd, report);
    return {
      json: report,
      text: textOf(report),
      markdown: markdownOf(report),
      code: report.verdict === "drift" ? 2 : 0,
    };
  },
});

/** The last report of a stack, for its evidence. */
export function lastReport(folder: string, stack: string): string {
  return join(folder, ".local", "drift", `${stack}.report.json`);
}

async function keep(folder: string, report: DriftReport): Promise<void> {
  const file = lastReport(folder, report.stack);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
}
