/** A preview in markdown, for a comment on a pull request. */
import { renderProblem, type Problem } from "../../access";
import type { Report } from "./report";
import { blocksOf, closing, headline, visible, type Block } from "./text";

/** Characters that Bitbucket allows in a comment, with room to spare. */
const longest = 30_000;

/** For a comment: the headline first, details folded under headings, never longer than a comment may be. */
export function markdownOf(report: Report): string {
  const lines = [
    `**${headline(report)}**`,
    ...blocksOf(report).flatMap((block) => ["", ...listed(block)]),
    ...after(closing(report).map((line) => `- ${visible(line)}`)),
  ];
  return shortened(lines, report.stack);
}

/** A block as a list. */
export function listed({ title, lines }: Block): string[] {
  const heading = title.charAt(0).toUpperCase() + title.slice(1);
  return [`**${heading}** (${lines.length})`, "", ...lines.map((line) => `- ${code(line)}`)];
}

/** For a comment on files that cannot be used. */
export function mistakesInMarkdown(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const lines = problems.map((problem) => `- ${code(visible(renderProblem(problem)))}`);
  return shortened([`**${stack}: ${count}; nothing can be compared**`, "", ...lines], stack);
}

function shortened(lines: readonly string[], stack: string): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += line.length + 1;
    if (size > longest) {
      return `${kept.join("\n")}\n\n… and ${lines.length - kept.length} more lines: run \`npm run preview -- ${stack}\`\n`;
    }
    kept.push(line);
  }
  return `${kept.join("\n")}\n`;
}

function after(items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", ...items];
}

/** Between as many backticks as it takes for none of its own to end it. */
function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  return runs.length === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
