/** A preview in markdown, for a comment on a pull request. */
import { code, listed, visible } from "@bitbucket-keycloak/output";
import { renderProblem, type Problem } from "../../access";
import type { Report } from "./report";
import { blocksOf, closing, headline } from "./text";

/** Characters that Bitbucket allows in a comment, with room to spare. */
const longest = 30_000;

/** For a comment: the headline first, then what is grave; never longer than a comment may be, and then it says so first. */
export function markdownOf(report: Report): string {
  const lines = [
    ...blocksOf(report).flatMap((block) => ["", ...listed(block)]),
    ...after(closing(report).map((line) => `- ${visible(line)}`)),
  ];
  return shortened(`**${visible(headline(report))}**`, lines, report.stack);
}

/** For a comment on files that cannot be used. */
export function mistakesInMarkdown(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const lines = problems.map((problem) => `- ${code(renderProblem(problem))}`);
  return shortened(`**${stack}: ${count}; nothing can be compared**`, ["", ...lines], stack);
}

/** What is left out is said above everything else: what is grave may be among it. */
function shortened(headline: string, lines: readonly string[], stack: string): string {
  const whole = [headline, ...lines, ""].join("\n");
  if (whole.length <= longest) return whole;
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += line.length + 1;
    if (size > longest - 500) break;
    kept.push(line);
  }
  const left = `**The last ${lines.length - kept.length} lines do not fit here: run \`npm run preview -- ${stack}\`**`;
  return [headline, "", left, ...kept, ""].join("\n");
}

function after(items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", ...items];
}
