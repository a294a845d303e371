/** `npm run review -- <file>`: what the reviewers decided becomes a change of `access.yaml`. */
import { root } from "../../toolchain/places";
import { command } from "../frame/spec";
import { review as reviewSheet, type Reviewed } from "./review";

export const review = command({
  name: "review",
  summary:
    "checks the worksheet of a periodic review, and shows the change of access.yaml that its decisions are; writes it with --apply",
  guide: "docs/guide/evidence.md",
  argument: ["<file>", "worksheet.csv of npm run evidence, filled in"],
  flags: {
    "--apply": "write access.yaml; the change goes on as a pull request",
    "--evidence <folder>": "the evidence that it came with: its rows have to be the same",
  },
  exitCodes: { 0: "nothing to change, or it is written", 2: "a change, or something to do by hand" },
  run: async ({ argument, flags: { apply, evidence } }) => {
    const reviewed = await reviewSheet(argument, root, process.env, { apply, evidence });
    const isOpen = (reviewed.difference !== "" && !reviewed.applied) || reviewed.left.length > 0;
    return { json: reviewed, text: renderReviewed(reviewed), code: isOpen ? 2 : 0 };
  },
});

/** For a terminal: what the worksheet decides, right by right. */
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
