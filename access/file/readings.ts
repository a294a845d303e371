/**
 * Pulumi reads a stack file by the older YAML 1.1, the commands by YAML 1.2: what is written without quotes can be two
 * values, as `2027-06-30` (a text, a moment) and `010` (10, 8).
 */
import { parseDocument, type Tags } from "yaml";
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
  const customTags = (tags: Tags): Tags => tags.filter((tag) => tag !== "merge");
  const read = (schema: "failsafe" | "core" | "yaml-1.1") =>
    part(parseDocument(text, { schema, customTags, uniqueKeys: false, logLevel: "silent" }).toJS());
  return differing(read("failsafe"), read("core"), read("yaml-1.1"), []);
}

/** @param written the same, every value as its text */
function differing(written: unknown, newer: unknown, older: unknown, path: Path): TwoReadings[] {
  const [texts, news, olds] = [written, newer, older].map(entriesOf);
  if (texts === undefined) return Object.is(newer, older) ? [] : [{ path, written: String(written) }];
  return [...texts].flatMap(([key, value]) =>
    news?.has(key) && olds?.has(key)
      ? differing(value, news.get(key), olds.get(key), [...path, key])
      : [{ path: [...path, key], written: key }],
  );
}

/** Of a map or a list; undefined for anything else. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value ?? "") === Object.prototype;
  return isPlain ? new Map(Object.entries(value as object)) : undefined;
}
