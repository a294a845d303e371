/**
 * Pulumi reads a stack file by Go's YAML, much of which is YAML 1.1; the commands by YAML 1.2: what is written without
 * quotes can be two values, as `2027-06-30` (a text, a moment) and `010` (10, 8).
 *
 * https://pkg.go.dev/gopkg.in/yaml.v3#hdr-Compatibility
 */
import { Document, isMap, isScalar, isSeq, parseDocument, Scalar, type ScalarTag, type Tags } from "yaml";
import { isMerge, nameOf, type Part, type Path } from "./nodes";

export interface TwoReadings {
  readonly path: Path;
  /** As it is written. Example: `010`. */
  readonly written: string;
}

/**
 * What the two read differently, keys as well as values.
 *
 * @param text YAML that can be read
 * @param part the part of the data that counts
 */
export function twoReadings(text: string, part: (data: unknown) => unknown): TwoReadings[] {
  const read = (schema: "failsafe" | "core" | "yaml-1.1") => {
    const customTags = (tags: Tags): Tags => [
      ...(schema === "yaml-1.1" ? [ofGo] : []),
      ...tags.filter((tag) => typeof tag === "object" && !isAlike(tag)),
    ];
    return part(parseDocument(text, { schema, customTags, uniqueKeys: false, logLevel: "silent" }).toJS());
  };
  return differing(read("failsafe"), read("core"), read("yaml-1.1"), []);
}

/** How a YAML text is to be opened that is written again: what the two would read differently gets quotes. */
export const alikeWhenWritten = { compat: "yaml-1.1" } as const;

/** Go puts what it stands for in its place, YAML 1.2 knows it no more. */
export const merge = "<<";

/** What Go reads as YAML 1.2 does: `yes` and `1:30` are texts. A merge is looked for as a key. */
function isAlike({ tag, format }: { readonly tag?: string; readonly format?: string }): boolean {
  return /:(bool|merge)$/.test(tag ?? "") || format === "TIME";
}

/** What Go alone reads in a way of its own: `0X1F` and `1e1_0` are numbers, `1e400` is none. */
const ofGo: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^[-+]?(0[XBO]|[\d.]+[eE][-+]?(\d{3}|\d*_))/,
  resolve: () => NaN,
};

/** @param written the same, every value as its text */
function differing(written: unknown, newer: unknown, older: unknown, path: Path): TwoReadings[] {
  const [texts, news, olds] = [written, newer, older].map(entriesOf);
  if (texts === undefined)
    return Object.is(newer, older) || digitless.test(String(written))
      ? []
      : [{ path, written: String(written) }];
  return [...texts].flatMap(([key, value]) =>
    key !== merge && news?.has(key) && olds?.has(key)
      ? differing(value, news.get(key), olds.get(key), [...path, key])
      : [{ path: [...path, key], written: key }],
  );
}

/** Of a map or a list; undefined for anything else. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value ?? "") === Object.prototype;
  return isPlain ? new Map(Object.entries(value as object)) : undefined;
}

/** What stands without quotes, and is no text in YAML 1.1 or 1.2. */
export interface NoText {
  readonly path: Path;
  readonly part: Part;
  /** As it is written. Example: `007`. */
  readonly written: string;
  /** Example: `a number`. */
  readonly kind: string;
  /** Whether our files have it as another value than a text. */
  readonly isOther: boolean;
}

/** Keys and values that somebody may have meant as texts; what an alias stands for is found where it is written. */
export function noTextsIn(document: Document): NoText[] {
  const found: NoText[] = [];
  const add = (node: unknown, path: Path, part: Part): void => {
    const kind = isScalar(node) ? kindOf(node) : undefined;
    if (kind === undefined || !isScalar(node)) return;
    found.push({ path, part, written: node.source ?? "", kind, isOther: typeof node.value !== "string" });
  };
  const walk = (node: unknown, path: Path): void => {
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    else if (!isMap(node)) add(node, path, "value");
    else
      for (const pair of node.items) {
        const at = isMerge(pair) ? path : [...path, nameOf(document, pair.key) ?? ""];
        if (!isMerge(pair)) add(pair.key, at, "key");
        walk(pair.value, at);
      }
  };
  walk(document.contents, []);
  return found;
}

/** What the library alone takes for numbers: `e3`, and a full stop. */
const digitless = /^[-+]?\.?(e.*)?$/i;

function kindOf({ type, tag, source = "", value }: Scalar): string | undefined {
  if (type !== Scalar.PLAIN || tag !== undefined || source === "") return undefined;
  if (digitless.test(source)) return undefined;
  const older = noTexts.find(({ test }) => test?.test(source))?.tag;
  if (older === undefined && typeof value === "string") return undefined;
  return kinds[(older ?? "").replace(/.*:/, "")] ?? "a number";
}

/** Of YAML 1.1, and so of every tool that knows it; what no parser of today takes for a time is left out. */
const noTexts = [ofGo, ...new Document(null, { schema: "yaml-1.1" }).schema.tags].filter(
  (tag): tag is ScalarTag => tag.default === true && "test" in tag && tag.format !== "TIME",
);

const kinds: Readonly<Record<string, string>> = {
  bool: "a boolean",
  null: "an empty value",
  timestamp: "a date",
};
