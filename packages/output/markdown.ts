/**
 * The one writer of markdown. What others wrote stands between backticks, where markdown knows no links, mentions,
 * headings or HTML; what is grave comes first, whole, and is never cut for the length of a comment.
 */
import { visible } from "./visible";

/** Text of somebody else's, between as many backticks as it takes for none of its own to end it. */
export function code(text: string): string {
  const plain = visible(text);
  const runs = plain.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  // A backtick, or a blank at both ends, at the edge is not the text's own.
  return runs.length === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}

/** Lines about one thing. */
export interface Block {
  readonly title: string;
  readonly lines: readonly string[];
  /** What nobody may miss: it comes before everything else, and nothing of it is left out. */
  readonly grave?: boolean;
}

/** A block as a list. */
export function listed({ title, lines }: Pick<Block, "title" | "lines">): string[] {
  const heading = title.charAt(0).toUpperCase() + title.slice(1);
  return [`**${heading}** (${lines.length})`, "", ...lines.map((line) => `- ${code(line)}`)];
}

/** A cell of a table, or a line: signs that mean something to markdown mean themselves. */
export function plain(text: string): string {
  return visible(text).replace(/([\\`*_[\]<>|#~!&@])/g, "\\$1");
}
