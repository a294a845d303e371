/** One thing that an auditor asks for, as a table that says where it comes from. */
import type { Cell } from "./csv";

/** The cells in the order of the columns. */
export type Row = readonly Cell[];

export interface Part {
  /** Name of its files, without an ending. */
  readonly name: string;
  readonly title: string;
  /** What a row is, in a sentence. */
  readonly says: string;
  /** Where it was read. */
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<Row>;
  /** What a reader should know. */
  readonly notes?: readonly string[];
  /** Why it could not be had, or not whole: then the evidence is not complete. */
  readonly missing?: string;
}

/** What somebody was asked for: it, or why nobody could give it. */
export type Gathered<T> =
  | { readonly ok: true; readonly value: T; readonly source: string }
  | { readonly ok: false; readonly cause: string; readonly source: string };

/**
 * What `ask` gives or, where it throws, the message as the cause. Never throws itself.
 *
 * @param source what was asked, in words
 */
export async function gathered<T>(source: string, ask: () => T | Promise<T>): Promise<Gathered<T>> {
  try {
    return { ok: true, value: await ask(), source };
  } catch (error) {
    return { ok: false, cause: error instanceof Error ? error.message : String(error), source };
  }
}

/** The rows of what was gathered; none, and the cause, where it was not. */
export function rowsOf<T>(
  { name, title, says, columns }: Pick<Part, "name" | "title" | "says" | "columns">,
  from: Gathered<T>,
  rows: (value: T) => Iterable<Row>,
  notes: (value: T) => readonly string[] = () => [],
): Part {
  const about = { name, title, says, columns, source: from.source };
  if (!from.ok) return { ...about, rows: [], missing: from.cause };
  return { ...about, rows: rows(from.value), notes: notes(from.value) };
}
