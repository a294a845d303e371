/**
 * What changes between what is there and what is wanted, property by property. An entry of a list that only moved
 * has not changed; a secret mark that comes or goes is no change; what a preview does not know yet is one.
 *
 * The engine draws changes by path: a removed entry at its old index, an added one at its new index, a changed one
 * at both. So an entry that changed and moved is drawn as removed there and added here.
 */
import type { Properties, PropertyType } from "./properties";
import { isList, isObject, pathText, reveal, unknown } from "./values";
import type { ValueObject } from "./values";

export type ChangeKind = "add" | "delete" | "update";
export interface Change {
  readonly kind: ChangeKind;
  /** The property makes a new resource of it. */
  readonly replace: boolean;
}

type Path = readonly (string | number)[];
type Changes = Map<string, Change>;

/**
 * @param olds inputs that are in force
 * @param news inputs that are wanted; those that are only hints are not compared
 * @returns changes by path, for example `holders[1].permission`; empty if nothing changes
 */
export function differences(
  properties: Properties,
  olds: ValueObject,
  news: ValueObject,
): ReadonlyMap<string, Change> {
  const changes: Changes = new Map();
  const before = reveal(olds) as Record<string, unknown>;
  const after = reveal(news) as Record<string, unknown>;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const property = properties[name];
    if (property?.hint) continue;
    compare([name], property?.type, before[name], after[name], property?.replaceOnChanges ?? false, changes);
  }
  return changes;
}

function compare(
  path: Path,
  type: PropertyType | undefined,
  before: unknown,
  after: unknown,
  replace: boolean,
  changes: Changes,
): void {
  if (same(before, after)) return;
  if (type?.kind === "list" && isList(before) && isList(after)) {
    compareLists(path, type, before, after, replace, changes);
  } else if (isObject(before) && isObject(after)) {
    const properties = type?.kind === "object" ? type.properties : {};
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = properties[key];
      const replaces = replace || (inner?.replaceOnChanges ?? false);
      compare([...path, key], inner?.type, before[key], after[key], replaces, changes);
    }
  } else {
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    note(changes, path, kind, replace);
  }
}

function compareLists(
  path: Path,
  type: PropertyType & { kind: "list" },
  before: readonly unknown[],
  after: readonly unknown[],
  replace: boolean,
  changes: Changes,
): void {
  const oldPlaces = places(type, before);
  const newPlaces = places(type, after);
  for (const [key, index] of oldPlaces) {
    const now = newPlaces.get(key);
    if (now === index) compare([...path, index], type.items, before[index], after[index], replace, changes);
    else if (now === undefined) note(changes, [...path, index], "delete", replace);
    else if (!same(before[index], after[now])) {
      note(changes, [...path, index], "delete", replace);
      note(changes, [...path, now], "add", replace);
    }
  }
  for (const [key, index] of newPlaces) {
    if (!oldPlaces.has(key)) note(changes, [...path, index], "add", replace);
  }
}

/** Index of each entry by its identity; without one its position is its identity. */
function places(type: PropertyType & { kind: "list" }, entries: readonly unknown[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const key = identity(type, entry);
    // Two that are one by their identity are still two.
    found.set(key === undefined || found.has(key) ? `${key ?? ""}#${index}` : key, index);
  }
  return found;
}

/** Identity of a list's entry; what a preview does not know makes it an entry of its own. Nonsense has none. */
export function identity(type: PropertyType & { kind: "list" }, entry: unknown): string | undefined {
  try {
    return type.keyOf?.(knowable(entry));
  } catch {
    return undefined;
  }
}

function knowable(entry: unknown): unknown {
  if (entry === unknown) return "(unknown)";
  if (isList(entry)) return entry.map(knowable);
  if (!isObject(entry)) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, knowable(value)]));
}

function note(changes: Changes, path: Path, kind: ChangeKind, replace: boolean): void {
  const text = pathText(path);
  const noted = changes.get(text);
  const both = noted !== undefined && noted.kind !== kind;
  changes.set(text, { kind: both ? "update" : kind, replace: replace || (noted?.replace ?? false) });
}

function same(before: unknown, after: unknown): boolean {
  if (before === unknown || after === unknown) return false;
  if (isList(before) && isList(after)) {
    return before.length === after.length && before.every((item, index) => same(item, after[index]));
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].every((key) => same(before[key], after[key]));
  }
  return before === after;
}
