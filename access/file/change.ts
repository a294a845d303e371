/** What a command wants of a file, said of its data. */
import type { Path } from "./source";

export interface Change {
  readonly at: Path;
  /** What is there then: nothing, or a value. An entry of a list may become several; a key that is new becomes one. */
  readonly become: readonly unknown[];
}

/** The data with all changes. Paths are those of the data before any of them. */
export function applied(data: unknown, changes: readonly Change[]): unknown {
  if (changes.length === 0) return data;
  const whole = changes.find(({ at }) => at.length === 0);
  if (whole) return whole.become[0];
  const byKey = new Map<string, Change[]>();
  for (const { at, become } of changes) {
    const key = String(at[0]);
    byKey.set(key, [...(byKey.get(key) ?? []), { at: at.slice(1), become }]);
  }
  const entry = (key: string, value: unknown): readonly unknown[] => {
    const own = byKey.get(key) ?? [];
    return own.find(({ at }) => at.length === 0)?.become ?? [applied(value, own)];
  };
  if (Array.isArray(data)) return data.flatMap((item: unknown, index) => entry(String(index), item));
  const map = isMapping(data) ? data : {};
  return Object.fromEntries(
    [...new Set([...Object.keys(map), ...byKey.keys()])].flatMap((key) =>
      entry(key, map[key]).map((value) => [key, value]),
    ),
  );
}

/** What the data has there after the changes, at a path before them. */
export function afterAt(data: unknown, changes: readonly Change[], path: Path): unknown {
  const below = changes.filter(({ at }) =>
    path.every((segment, depth) => String(segment) === String(at[depth])),
  );
  return applied(
    valueAt(data, path),
    below.map(({ at, become }) => ({ at: at.slice(path.length), become })),
  );
}

/** What the data has at a path; undefined: nothing. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, key) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, key)
        ? (here as Record<string | number, unknown>)[key]
        : undefined,
    data,
  );
}

/** The same in parts as small as the text can take, so that what does not change stays as it is written. */
export function partsOf(data: unknown, { at, become }: Change): Change[] {
  const [first, ...more] = become;
  const old = valueAt(data, at);
  if (become.length === 0 || old === undefined) return [{ at, become }];
  if (more.length > 0) return [...partsOf(data, { at, become: [first] }), { at, become }];
  if (same(old, first)) return [];
  if (isMapping(old) && isMapping(first))
    return [...new Set([...Object.keys(old), ...Object.keys(first)])].flatMap((key) =>
      partsOf(data, { at: [...at, key], become: Object.hasOwn(first, key) ? [first[key]] : [] }),
    );
  const gone = Array.isArray(old) && Array.isArray(first) ? missingFrom(first, old) : undefined;
  return gone?.map((index) => ({ at: [...at, index], become: [] })) ?? [{ at, become }];
}

/** Indexes of what a list has lost; undefined where it has not only lost something. */
function missingFrom(kept: readonly unknown[], all: readonly unknown[]): number[] | undefined {
  let next = 0;
  const gone = all.flatMap((item, index) => {
    if (next >= kept.length || !same(item, kept[next])) return [index];
    next += 1;
    return [];
  });
  return next === kept.length ? gone : undefined;
}

/** The same data, in the same order. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Where two texts of data differ first; undefined where they do not. */
export function firstDifference(a: unknown, b: unknown, path: Path = []): Path | undefined {
  if (same(a, b)) return undefined;
  const isAlike = (isMapping(a) && isMapping(b)) || (Array.isArray(a) && Array.isArray(b));
  if (!isAlike) return path;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const key of keys) {
    const at = [...path, Array.isArray(a) ? Number(key) : key];
    const found = firstDifference(valueAt(a, [key]), valueAt(b, [key]), at);
    if (found) return found;
  }
  return path;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
