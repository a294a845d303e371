/** `npm run review -- <file>`: what the reviewers decided becomes a change of `access.yaml`. */
import { Command } from "commander";
import { root } from "../../toolchain/places";
import { review, type Reviewed, type ReviewOptions } from "./review";

/** Exit code of a change that is not written. */
const pending = 2;

export function reviewCommand(): Command {
  return new Command("review")
    .description(
      "checks the worksheet of a periodic review, and shows the change of access.yaml that its decisions are; writes it with --apply",
    )
    .usage("-- <file> [options]")
    .argument("<file>", "worksheet.csv of npm run evidence, filled in")
    .option("--apply", "write access.yaml; the change goes on as a pull request")
    .option("--evidence <folder>", "the evidence that it came with: its rows have to be the same")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      `\nExit code: 0 nothing to change, or it is written; ${pending} a change, or something to do by hand; 1 error.`,
    )
    .action(async (file: string, { json, ...options }: ReviewOptions & { readonly json?: true }) => {
      const reviewed = await review(file, root, process.env, options);
      console.log(json ? JSON.stringify(reviewed, undefined, 2) : renderReviewed(reviewed));
      const open = (reviewed.difference !== "" && !reviewed.applied) || reviewed.left.length > 0;
      process.exitCode = open ? pending : 0;
    });
}

export function renderReviewed({ stack, kept, removed, left, difference, applied }: Reviewed): string {
  const decided = removed.map(
    ({ who, right, on, by, note }) => `- ${who}: ${right}${on && ` on ${on}`} (${by}: ${note})`,
  );
  const next =
    difference === ""
      ? "access.yaml stays as it is"
      : applied
        ? `access.yaml is written; what it changes for people: npm run -s preview -- ${stack}`
        : "nothing is written: run it again with --apply";
  return [
    `${kept} kept, ${removed.length} to be removed`,
    ...decided,
    ...left.map((one) => `to do by hand: ${one}`),
    ...(difference === "" ? [] : ["", difference.trimEnd(), ""]),
    next,
  ].join("\n");
}
