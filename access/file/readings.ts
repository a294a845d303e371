/**
 * Pulumi reads a stack file by Go's YAML, much of which is YAML 1.1; the commands by YAML 1.2: what is written without
 * quotes can be two values, as `2027-06-30` (a text, a moment) and `010` (10, 8).
 *
 * https://pkg.go.dev/gopkg.in/yaml.v3#hdr-Compatibility
 */
import { parseDocument, type ScalarTag, type Tags } from "yaml";
import type { Path } from "./source";

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
  if (texts === undefined) return Object.is(newer, older) ? [] : [{ path, written: String(written) }];
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
