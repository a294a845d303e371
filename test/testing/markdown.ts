/** What a Markdown page links to, and what can be linked to in it, as a reader on Bitbucket or GitHub has it. */
import MarkdownIt from "markdown-it";

/** Where a link or picture of a page leads, and the line on which its paragraph begins. */
export interface Link {
  readonly line: number;
  readonly to: string;
}

const parser = new MarkdownIt({ html: true });

/** All links and pictures of a page, in their order. Code holds none. */
export function linksIn(text: string): readonly Link[] {
  return parser
    .parse(text, {})
    .filter(({ type }) => type === "inline")
    .flatMap(({ map, children }) =>
      (children ?? []).flatMap((token) => {
        const to = token.attrGet("href") ?? token.attrGet("src");
        return to === null ? [] : [{ line: (map?.[0] ?? 0) + 1, to: String(to) }];
      }),
    );
}

/** The anchors of a page's headings: `## What's new` is `whats-new`, and the second one of the same name `whats-new-1`. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const tokens = parser.parse(text, {});
  const anchors = new Set<string>();
  for (const [index, { type }] of tokens.entries()) {
    if (type !== "heading_open") continue;
    const words = (tokens[index + 1]?.children ?? [])
      .filter((token) => token.type === "text" || token.type === "code_inline")
      .map(({ content }) => content);
    const anchor = words
      .join("")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
