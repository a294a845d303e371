/**
 * `npm run preview -- <stack>`: who gains or loses what, before anything happens. Writes nothing to either system.
 */
import { writeFile } from "node:fs/promises";
import type { Engine } from "../../engine/engine";
import type { Progress } from "../../toolchain/progress";
import type { Values } from "../frame/spec";
import { stackCommand } from "../frame/stackCommand";
import { previewFrom } from "../pull-request/previewFrom";
import { markdownOf } from "./markdown";
import { examine } from "./preview";
import { jsonOf, type Report, type Verdict } from "./report";
import { textOf } from "./text";

const codes = { nothing: 0, changes: 2, "second person": 3 } as const satisfies Record<Verdict, number>;

const flags = {
  "--from <ref>": "preview the data of this commit (access.yaml, its lock, settings) with this program",
  "--record <file>": "read everything, and write down what `npm run deploy` compares before it acts",
  "--coverage <file>": "what drift checks remember of the rest (default: .local/drift/<stack>.json)",
};

export const preview = stackCommand({
  name: "preview",
  summary: "shows who would gain or lose which right, and what the engine would do; changes nothing",
  guide: "docs/guide/changes.md",
  flags,
  formats: ["json", "markdown"],
  exitCodes: {
    0: "nothing to do",
    2: "changes",
    3: "changes that a second person has to approve",
  },
  run: async ({ stack, engine, flags, progress }) => {
    if (flags.from !== undefined && flags.record !== undefined)
      throw new Error(
        "found --record beside --from: only what is checked out is deployed; leave one of them out",
      );
    const report = await reportFor(stack, engine, flags, progress);
    return {
      json: jsonOf(report),
      text: textOf(report),
      markdown: markdownOf(report),
      code: codes[report.verdict],
    };
  },
});

async function reportFor(
  stack: string,
  engine: Engine,
  { from, record: file, coverage }: Values<typeof flags>,
  progress: Progress,
): Promise<Report> {
  if (from !== undefined) return previewFrom(from, stack, engine, progress);
  const { report, record } = await examine(stack, engine, progress, {
    inFull: file !== undefined,
    ...(coverage !== undefined && { coverage }),
  });
  if (file !== undefined) await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
  return report;
}
