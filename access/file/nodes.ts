/** Finds what the data has at a path in the YAML that it was read from: through aliases and merges, with anchors and tags. */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** Where a value is in the data: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** A value has a place of its own, and most have a key before it. */
export type Part = "key" | "value";

export type Collection = YAMLMap | YAMLSeq;

/** How our files are read, whatever version of YAML they claim. The library compares each key with each other one of its map. */
export const reading = { schema: "core", merge: true, uniqueKeys: false, prettyErrors: false } as const;

/** What an alias stands for, else the node itself. */
export function resolved(document: Document | undefined, node: unknown): unknown {
  return document && isAlias(node) ? node.resolve(document) : node;
}

/** The name that a key has in the data; undefined for a merge and for what is no scalar. */
export function nameOf(document: Document | undefined, key: unknown): string | undefined {
  const scalar = resolved(document, key);
  if (!isScalar(scalar) || typeof scalar.value === "symbol") return undefined;
  const value = scalar.value as string | number | boolean | null;
  return value === null ? "" : String(value);
}

/** Whether a pair is a merge: `<<: *base`. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** An entry of a map or list. */
export interface Entry {
  readonly index: number;
  /** Absent in a list. */
  readonly key?: unknown;
  readonly value: unknown;
  /** Whether a merge brings it in: then `index` is that of the merge. */
  readonly merged: boolean;
}

/** What stands at a key or an index; undefined: nothing. */
export function entryOf(
  document: Document | undefined,
  node: unknown,
  segment: string | number,
): Entry | undefined {
  if (isSeq(node)) {
    const index = Number(segment);
    const value = node.items[index];
    return value === undefined ? undefined : { index, value, merged: false };
  }
  if (!isMap(node)) return undefined;
  const own = node.items.findIndex(({ key }) => nameOf(document, key) === String(segment));
  const pair = node.items[own];
  if (pair) return { index: own, key: pair.key, value: pair.value, merged: false };
  for (const [index, merge] of node.items.entries()) {
    if (!isMerge(merge)) continue;
    const value = resolved(document, merge.value);
    for (const source of isSeq(value) ? value.items : [value]) {
      const found = entryOf(document, resolved(document, source), segment);
      if (found) return { ...found, index, merged: true };
    }
  }
  return undefined;
}

/** Where a node's value begins; what stands before it are an anchor and a tag. */
export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}

/** A piece of a text, by offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An entry of a document that kept its tokens, with its anchor, tag and dash, without the comma or comment behind it. */
export function spanOf(collection: Collection, index: number): Span {
  const item: unknown = collection.items[index];
  const { start, sep = [] } = tokensOf(collection, index);
  const nodes = isPair(item) ? [item.key, item.value] : [item];
  const ranges = nodes.flatMap((node) => (isNode(node) && node.range ? [node.range] : []));
  const tokens = [...start, ...sep].filter(({ type }) => !isFiller(type));
  const from = Math.min(...ranges.map(([begin]) => begin), ...tokens.map(({ offset }) => offset));
  const to = Math.max(
    ...ranges.map(([, end]) => end),
    ...tokens.map(({ offset, source }) => offset + source.length),
  );
  return { from, to };
}

/** Where the comma stands that is written before an entry, or, for the number of entries, after the last. */
export function commaBefore(collection: Collection, index: number): number | undefined {
  return tokensOf(collection, index).start.find(({ type }) => type === "comma")?.offset;
}

interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

/** What stands before an entry, and between its key and its value. */
export function tokensOf(
  collection: Collection,
  index: number,
): { readonly start: readonly Token[]; readonly sep?: readonly Token[] } {
  const token = collection.srcToken as
    | { readonly items: readonly { readonly start: readonly Token[]; readonly sep?: readonly Token[] }[] }
    | undefined;
  return token?.items[index] ?? { start: [] };
}

export function isFiller(type: string): boolean {
  return ["space", "newline", "comment", "comma"].includes(type);
}
