/**
 * The comment on a pull request. Bitbucket shows raw HTML as text, so nothing can be folded
 * (https://support.atlassian.com/bitbucket-cloud/docs/markup-comments/): what is grave comes first and whole, environments
 * that say the same say it once, other long lists show their beginning, and the rest is in the log of the pipeline. A
 * change with more that is grave than a comment takes cannot be read by an approver, and is a failed preview.
 *
 * Whoever opens the pull request has written the names and reasons in it: all of it stands between backticks, where
 * markdown knows no links, mentions or headings.
 */
import { listed, longestComment, type Block } from "@bitbucket-keycloak/output";
import { renderProblem } from "../../access";
import type { Report } from "../preview/report";
import { blocksOf } from "../preview/text";
import { verdictOf, type Review, type ReviewVerdict } from "./review";

/** Characters for what is grave. */
const longestGrave = 24_000;
/** Lines that another list may show, the first choice that fits. */
const choices = [12, 4, 1, 0];
const longestLine = 300;

const words: Readonly<Record<ReviewVerdict, string>> = {
  nothing: "nothing changes",
  changes: "changes",
  "second person": "a second person has to approve",
  error: "this cannot be brought up as it is",
};

/** @param log address of what the pipeline printed, with everything that is left out here */
export function commentOf(review: Review, log?: string): string {
  const all = choices.map((most) => linesOf(review, most, log).join("\n"));
  return all.find((text) => text.length <= longestComment) ?? cut(all.at(-1) ?? "");
}

/** The same review, with a failure where an approver could not be shown all that is grave. */
export function readable(review: Review): Review {
  const size = graveLines(review.reports).join("\n").length;
  if (size <= longestGrave) return review;
  const count = new Set(review.reports.flatMap((report) => graveOf(report).flatMap(({ lines }) => lines)))
    .size;
  const message = `it has ${count} grave lines, more than a comment can show: split it into several pull requests`;
  return { ...review, failures: [{ stack: "every environment", message }, ...review.failures] };
}

/** What the comment is about, in one line of plain text. */
export function summaryOf(review: Review): string {
  const verdict = verdictOf(review);
  const counts = [
    count(review.problems.length, "mistake"),
    count(review.failures.length, "failed preview"),
    count(mostOf(review.reports.map(({ gained }) => gained.length)), "right", " gained"),
    count(mostOf(review.reports.map(({ lost }) => lost.length)), "right", " lost"),
  ].filter(Boolean);
  const what =
    verdict === "error" && review.problems.length === 0 ? "it could not be previewed" : words[verdict];
  return [what, ...(counts.length > 0 ? [counts.join(", ")] : [])].join(": ");
}

const marker = /^\[bitbucket-keycloak\]: # "access preview of ([0-9a-f]+) on ([0-9a-f]+)"\s*$/m;

/** What a comment of ours was made of; undefined for any other comment. */
export function markedBy(comment: string): { commit: string; onto: string } | undefined {
  const [, commit, onto] = marker.exec(comment) ?? [];
  return commit === undefined || onto === undefined ? undefined : { commit, onto };
}

/** Whether two comments say the same; where the whole of it can be read differs with each run. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.replace(/\[Everything in full\]\([^)]*\)/, "").trim());
  return a === b;
}

function linesOf(review: Review, most: number, log: string | undefined): string[] {
  const { program, reports, problems, failures, commit, onto } = review;
  const shown = (block: Block): string[] => ["", ...listed(shortened(block, most))];
  const grave = [
    ...(program.length === 0 ? [] : ["", ...listed({ title: programTitle, lines: program })]),
    ...graveLines(reports),
  ];
  const fitting = grave.slice(0, linesWithin(grave, longestGrave));
  return [
    `**Access preview: ${summaryOf(review)}**`,
    ...(fitting.length === grave.length
      ? grave
      : ["", "**Nobody can approve of this by what stands here: not all of it fits.**", ...fitting]),
    ...(problems.length === 0 ? [] : shown({ title: "mistakes", lines: problems.map(renderProblem) })),
    ...failures.flatMap(({ stack, message }) =>
      shown({
        title: `not previewed: ${stack}`,
        lines: message.split("\n").filter((line) => line.trim() !== ""),
      }),
    ),
    ...alike(reports.filter(hasMore), restOf).flatMap(({ stacks, blocks }) => [
      "",
      `${namesOf(stacks)}${blocks.length === 0 ? ": no right changes" : ""}`,
      ...blocks.flatMap(shown),
    ]),
    ...(reports.length === 0
      ? []
      : shown({ title: "what the engine will do", lines: reports.map(engineLine) })),
    ...(reports.length === 0 && program.length === 0 && problems.length === 0 && failures.length === 0
      ? ["", "It changes neither `access.yaml` nor a stack file."]
      : []),
    "",
    `Commit ${commit.slice(0, 12)}, as merged into ${onto.slice(0, 12)}. Nothing was written.${
      log === undefined ? "" : ` [Everything in full](${log})`
    }`,
    "",
    // Shown as nothing: a reference that nobody makes.
    `[bitbucket-keycloak]: # "access preview of ${commit} on ${onto}"`,
  ];
}

/** What is grave in any environment, whole. */
function graveLines(reports: readonly Report[]): string[] {
  return alike(reports, graveOf)
    .filter(({ blocks }) => blocks.length > 0)
    .flatMap(({ stacks, blocks }) => [
      "",
      namesOf(stacks),
      ...blocks.flatMap((block) => ["", ...listed(block)]),
    ]);
}

const graveOf = (report: Report): Block[] => blocksOf(report).filter(({ grave }) => grave);
const restOf = (report: Report): Block[] =>
  blocksOf(report).filter(({ title, grave }) => !grave && title !== engine);
/** False where everything about it is grave, and said above. */
const hasMore = (report: Report): boolean => restOf(report).length > 0 || graveOf(report).length === 0;
const namesOf = (stacks: readonly string[]): string => stacks.map((stack) => `**${stack}**`).join(", ");

/** So many of the lines fit into so many characters. */
function linesWithin(lines: readonly string[], most: number): number {
  let size = 0;
  const first = lines.findIndex((line) => (size += line.length + 1) > most + 1);
  return first === -1 ? lines.length : first;
}

/** Environments whose blocks are the same, together. */
function alike(
  reports: readonly Report[],
  blocksIn: (report: Report) => Block[],
): { stacks: string[]; blocks: Block[] }[] {
  const groups = new Map<string, { stacks: string[]; blocks: Block[] }>();
  for (const report of reports) {
    const blocks = blocksIn(report);
    const key = JSON.stringify(blocks);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { stacks: [report.stack], blocks });
    else group.stacks.push(report.stack);
  }
  return [...groups.values()];
}

const engine = "what the engine will do";
const programTitle = "the program changes, which no preview runs: an owner of the company has to approve";

/** `prod: 1 create, 2 update; about 14 requests to Bitbucket`: by name, since the engine's own order differs. */
function engineLine({ stack, steps, requests }: Report): string {
  const counts = new Map<string, number>();
  for (const { op } of steps) counts.set(op, (counts.get(op) ?? 0) + 1);
  const said = [...counts.keys()]
    .sort()
    .map((op) => `${counts.get(op)} ${op}`)
    .join(", ");
  if (said === "") return `${stack}: nothing`;
  return `${stack}: ${said}; about ${requests.reads + requests.writes} requests to Bitbucket`;
}

function shortened({ title, lines }: Block, most: number): Block {
  const first = lines.slice(0, most).map(clipped);
  const rest = lines.length - first.length;
  return { title, lines: rest === 0 ? first : [...first, `… and ${rest} more`] };
}

/** What cannot be shortened any more loses lines before its end, which names the commits. */
function cut(text: string): string {
  const lines = text.split("\n");
  const [rest, end] = [lines.slice(0, -4), lines.slice(-4)];
  const room = longestComment - end.join("\n").length - 200;
  const kept = rest.slice(0, linesWithin(rest, room));
  return [...kept, "", `… and ${rest.length - kept.length} more lines`, ...end].join("\n");
}

function clipped(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`;
}

function count(number: number, thing: string, rest = ""): string {
  return number === 0 ? "" : `${number} ${thing}${number === 1 ? "" : "s"}${rest}`;
}

function mostOf(counts: readonly number[]): number {
  return Math.max(0, ...counts);
}
