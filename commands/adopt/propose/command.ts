/** `npm run adopt -- propose <stack>`: what was found, as an `access.yaml` that says exactly the same. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessFile, meantOf } from "../../../access";
import { propose as proposalOf } from "../../../access/adopt/propose/propose";
import { settingsOf } from "../../../checkout/stack";
import { foundIn } from "../../../clients/look/found";
import { root } from "../../../toolchain/places";
import { environmentFor, stacksIn } from "../../frame/addresses";
import { command } from "../../frame/spec";
import { lastLook, looksFolder, subjectOf } from "../place";
import { pageOf } from "./page";

export const propose = command({
  name: "propose",
  summary: "writes what was found as an access.yaml that gives nobody more and nobody less, and a report",
  guide: "docs/guide/start-with-what-you-have.md",
  argument: ["<stack>", "the stack, for example prod"],
  flags: {
    "--owners <names...>": "user names of the owners, confirmed (default: proposed, with the evidence)",
    "--output <folder>": "where to (default: .local/adopt/<stack>/proposal)",
    "--apply": "write it to access.yaml of this checkout, too, where there is none yet",
  },
  formats: ["json", "markdown"],
  exitCodes: { 0: "everything is in it", 2: "something is left to people, and is named" },
  notes: "Asks nobody: it reads the last look. The same look gives the same bytes.",
  run: async ({ argument, flags: { owners, output, apply } }) => {
    const stack = meantOf(argument, stacksIn(root)) ?? argument;
    const env = environmentFor(stack, root, process.env);
    const settings = settingsOf(root, stack, env);
    const found = await foundIn(lastLook(stack, subjectOf(stack, root, env)));
    const { environment, bitbucket } = settings;
    const options = { environment, plan: bitbucket.plan, ...(owners && { owners }) };
    const { text, report } = proposalOf(found, options);
    const page = pageOf(report);
    const folder = output ?? join(looksFolder(stack), "proposal");
    const target = join(root, accessFile);
    if (apply && existsSync(target))
      throw new Error(
        `${accessFile} is there already: compare it with ${join(folder, accessFile)}, and take over what you want by a pull request`,
      );
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const put = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    };
    put(accessFile, text);
    put("report.md", page);
    put("report.json", `${JSON.stringify(report, undefined, 2)}\n`);
    if (apply) writeFileSync(target, text);
    const { measure, findings, decisions } = report;
    const open = findings.filter(({ becomes }) => becomes !== "left alone").length + decisions.length;
    return {
      json: { stack, folder, ...report },
      markdown: page,
      text: [
        `${measure.entries} entries found, ${measure.lines} lines written: ${join(folder, accessFile)}`,
        `left to people: ${open} ${open === 1 ? "finding" : "findings"}, in ${join(folder, "report.md")}`,
        ...(apply ? [`written to ${accessFile}; next: npm run adopt -- take ${stack}`] : []),
      ].join("\n"),
      code: open > 0 ? 2 : 0,
    };
  },
});
