/**
 * Takes one entry out of a list or map of a YAML text and leaves every other byte as it was: comments, blank lines and
 * the form that people gave the file. To write the document anew would lay all of it out afresh, and a reviewer could
 * not see the one line that counts.
 */
import { isNode, isPair, type Node, type YAMLMap, type YAMLSeq } from "yaml";

/** What stands from one offset of a text up to another is to be this. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The edits that take one entry out. A collection that loses its last entry becomes `[]` or `{}`.
 *
 * @param collection of a document that was parsed from just this text
 * @param index of the entry
 * @param key the key of the collection, where it is a value of a map
 * @throws Error if there is no such entry, or the document was not parsed from a text
 */
export function cut(text: string, collection: YAMLSeq | YAMLMap, index: number, key?: unknown): Edit[] {
  const entries = collection.items.map(spanOf);
  const [before, entry, after] = [entries[index - 1], entries[index], entries[index + 1]];
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  if (collection.flow) {
    if (after !== undefined) return [{ from: entry.from, to: after.from, text: "" }];
    return [{ from: before?.to ?? entry.from, to: entry.to, text: "" }];
  }
  const lines = { ...linesOf(text, entry), text: "" };
  if (entries.length > 1) return [lines];
  // Without its last entry, a block would be nothing at all.
  const end = isNode(key) ? text.indexOf(":", rangeOf(key)[1]) + 1 : 0;
  return [{ from: end, to: end, text: "items" in collection && isMap(collection) ? " {}" : " []" }, lines];
}

/** @param edits that do not overlap */
export function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((all, { from, to, text: put }) => all.slice(0, from) + put + all.slice(to), text);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(item: unknown): Span {
  if (!isPair(item)) return { from: rangeOf(item)[0], to: rangeOf(item)[1] };
  const from = rangeOf(item.key)[0];
  return { from, to: isNode(item.value) ? rangeOf(item.value)[1] : rangeOf(item.key)[1] };
}

/** All lines that an entry of a block stands on, a comment behind it included. */
function linesOf(text: string, { from, to }: Span): Span {
  const end = text[to - 1] === "\n" ? to : text.indexOf("\n", to) + 1;
  return { from: text.lastIndexOf("\n", from) + 1, to: end === 0 ? text.length : end };
}

function isMap(collection: YAMLSeq | YAMLMap): boolean {
  return collection.items.some((item) => isPair(item));
}

function rangeOf(node: unknown): [number, number] {
  const range = isNode(node) ? (node as Node).range : undefined;
  if (!range) throw new Error("the document was not parsed from a text");
  return [range[0], range[1]];
}
