/**
 * What a check is: a pure function that looks for one kind of mistake in a model. It knows nothing of files:
 * where in the model something is wrong is enough.
 */
import type { Model, Settings } from "../model";
import { nearest } from "../nearest";
import { listed, shown } from "../problem";
import type { Part, Path } from "../file/source";
import type { Tree } from "../tree";

export interface Context {
  readonly model: Model;
  readonly tree: Tree;
  /** The dials of one stack; absent where only the file is judged. */
  readonly settings?: Settings | undefined;
  /** The moment that grants are judged at. Absent: before any has ended, since the file alone is judged. */
  readonly asOf?: Date | undefined;
  /** What patterns stand for is not known, so that nobody can say whether a target exists. */
  readonly unresolved?: boolean | undefined;
}

/** A problem whose place is still one in the model. The other fields are those of a `Problem`. */
export interface Finding {
  readonly at: Path;
  readonly part?: Part;
  readonly found: string;
  readonly allowed?: string;
  readonly fix: string;
  /** The other end of a contradiction: its line is added to `found`. */
  readonly other?: Path;
}

export type Check = (context: Context) => Finding[];

/** A finding if nothing called `name` is declared. */
export function unlessKnown(at: Path, name: string, known: readonly string[], place: string): Finding[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const fix = meant === undefined ? `declare it under "${place}"` : `did you mean "${meant}"?`;
  return [{ at, found: shown(name), allowed: listed(known), fix }];
}

/** Those after the first that have the same key, each with the first of them. */
export function repeats<T>(
  items: readonly T[],
  key: (item: T) => string,
): { item: T; index: number; first: number }[] {
  const firsts = new Map<string, number>();
  return items.flatMap((item, index) => {
    const first = firsts.get(key(item));
    if (first !== undefined) return [{ item, index, first }];
    firsts.set(key(item), index);
    return [];
  });
}
