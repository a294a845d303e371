/** Takes entries out of the maps and lists of a text, and puts others in; every other byte stays as somebody wrote it. */
import { Document, isMap } from "yaml";
import { reading, commaBefore, isFiller, spanOf, tokensOf, type Collection, type Span } from "./nodes";

/** What stands from one offset of a text up to another is to be this. */
export interface Splice extends Span {
  readonly put: string;
}

/** What becomes of the entries of one map or list. */
export interface Fates {
  /** By index: the texts in place of an entry; none: it goes. */
  readonly become: Map<number, readonly string[]>;
  /** By index: the texts of entries that follow it. */
  readonly after: Map<number, readonly string[]>;
}

/** @param splices none within another; in any order */
export function spliced(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.from - a.from || b.to - a.to)
    .reduce((all, { from, to, put }) => all.slice(0, from) + put + all.slice(to), text);
}

/**
 * @param collection of a document that was parsed from just this text, with its tokens
 * @param header where the key, anchor and tag before it end
 * @param emptied what it is once it has lost all its entries. Example: `[]`
 */
export function entrySplices(
  text: string,
  collection: Collection,
  fates: Fates,
  header: number,
  emptied: string,
): Splice[] {
  const indexes = collection.items.map((_, index) => index);
  const kept = indexes.filter((index) => fates.become.get(index)?.length !== 0);
  if (kept.length === 0) {
    const [from = 0, to = 0] = collection.range ?? [];
    if (collection.flow) return [{ from, to, put: emptied }];
    const lines = indexes.map((index) => ({ ...linesOf(text, spanOf(collection, index)), put: "" }));
    return [{ from: header, to: header, put: ` ${emptied}` }, ...lines];
  }
  const between = collection.flow ? ", " : endOfLine(text) + indentOf(text, collection);
  const put = indexes.flatMap((index): Splice[] => {
    const [texts = [], after = []] = [fates.become.get(index), fates.after.get(index)];
    const span = spanOf(collection, index);
    return [
      ...(texts.length === 0 ? [] : [{ ...span, put: texts.join(between) }]),
      ...(after.length === 0 ? [] : [insertion(text, collection, span, after)]),
    ];
  });
  const gone = indexes.filter((index) => !kept.includes(index));
  if (collection.flow) return [...put, ...outOfFlow(text, collection, gone, kept.at(-1) ?? 0)];
  return [...put, ...gone.map((index) => ({ ...linesOf(text, spanOf(collection, index)), put: "" }))];
}

/** With an entry goes the comma behind it, or, where it has none, the one behind the last that stays. */
function outOfFlow(
  text: string,
  collection: Collection,
  gone: readonly number[],
  lastKept: number,
): Splice[] {
  const entries = gone.map((index): Splice => {
    const { from, to } = spanOf(collection, index);
    const comma = commaBefore(collection, index + 1);
    const end = comma === undefined ? to : comma + 1;
    const rest = /[^\r\n]*/.exec(text.slice(end))?.[0] ?? "";
    if (
      before(text, from).trim() === "" &&
      /^\s*(#.*)?$/.test(rest) &&
      before(text, from) !== text.slice(0, from)
    )
      return { ...linesOf(text, { from, to: end }), put: "" };
    return { from, to: comma === undefined ? end : end + (/^[ \t]*/.exec(rest)?.[0].length ?? 0), put: "" };
  });
  const last = collection.items.length - 1;
  const comma = commaBefore(collection, lastKept + 1);
  if (comma === undefined || !gone.includes(last) || commaBefore(collection, last + 1) !== undefined)
    return entries;
  const blanks = text.slice(comma + 1, spanOf(collection, lastKept + 1).from);
  return [
    ...entries,
    { from: comma, to: comma + 1 + (/^[ \t]*$/.test(blanks) ? blanks.length : 0), put: "" },
  ];
}

function insertion(text: string, collection: Collection, span: Span, texts: readonly string[]): Splice {
  if (collection.flow) return { from: span.to, to: span.to, put: texts.map((one) => `, ${one}`).join("") };
  const { to } = linesOf(text, span);
  const start = indentOf(text, collection) + (isMap(collection) ? "" : "- ");
  const lines = texts.map((one) => start + one + endOfLine(text)).join("");
  return { from: to, to, put: text[to - 1] === "\n" ? lines : endOfLine(text) + lines };
}

/** All lines that an entry of a block stands on, a comment behind it included; not what stands before it on the first. */
function linesOf(text: string, { from, to }: Span): Span {
  const end = text[to - 1] === "\n" ? to : text.indexOf("\n", to) + 1;
  const last = end === 0 ? text.length : end;
  const start = before(text, from);
  if (start.replace("\uFEFF", "").trim() === "")
    return { from: from - start.replace("\uFEFF", "").length, to: last };
  return { from, to: last - (/\r?\n$/.exec(text.slice(from, last))?.[0].length ?? 0) };
}

/** What stands before an offset on its line. */
function before(text: string, offset: number): string {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
}

/** The blanks before each entry of a block. */
function indentOf(text: string, collection: Collection): string {
  const { from } = spanOf(collection, 0);
  return before(text, from).replace("\uFEFF", "").replace(/\S/g, " ");
}

function endOfLine(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The text of a key that is new to a map which has some; levels that are missing get lines of their own in a block. */
export function newPair(text: string, map: Collection, keys: readonly string[], value: unknown): string {
  return map.flow ? inFlow(keys, value) : inLines(keys, value, endOfLine(text) + indentOf(text, map));
}

/** The same in a map without any: `key: {}` becomes a block. */
export function firstPair(
  text: string,
  map: Collection,
  header: number,
  keys: readonly string[],
  value: unknown,
): Splice {
  const [from = 0, to = 0] = map.range ?? [];
  const indent = /^( *)[^\s{}[\],]+:$/.exec(before(text, header))?.[1];
  if (indent === undefined) return { from, to, put: `{ ${inFlow(keys, value)} }` };
  const start = `${endOfLine(text)}${indent}  `;
  return { from: header, to, put: start + inLines(keys, value, start) };
}

function inFlow([first = "", ...rest]: readonly string[], value: unknown): string {
  return pairText(
    first,
    rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
  );
}

/** @param start what each line begins with */
function inLines(keys: readonly string[], value: unknown, start: string): string {
  const lines = keys.map((key, depth) => `${depth === 0 ? "" : start + "  ".repeat(depth)}${flow(key)}:`);
  return `${lines.join("")} ${flow(value)}`;
}

/** Where the last token before the value of an entry ends: its colon or dash, its anchor or tag. */
export function headerOf(collection: Collection, index: number): number {
  const { start, sep } = tokensOf(collection, index);
  const last = (sep ?? start).findLast(({ type }) => !isFiller(type));
  return last === undefined ? 0 : last.offset + last.source.length;
}

/** A value on one line; what YAML 1.1 or 1.2 would take for another gets quotes. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => pairText(key, one));
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  if (typeof value === "string" && value.includes("\n")) return JSON.stringify(value);
  const document = new Document([value], { ...reading, compat: "yaml-1.1" });
  (document.contents as { flow?: boolean }).flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim().slice(1, -1);
}

/** The key `on` of a grant is known without quotes. */
export function pairText(key: string, value: unknown): string {
  const isTargets = key === "on" && (typeof value === "string" || Array.isArray(value));
  return `${isTargets ? key : flow(key)}: ${flow(value)}`;
}
