/**
 * Takes entries out of the lists of a YAML text, and leaves everything else as somebody wrote it: a printer of YAML would
 * write every line of the file anew, and nobody could see in the change what a review decided. Pure.
 */
import { isNode, type YAMLSeq } from "yaml";

/** Replaces what stands from `start` up to `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param edits none within another; in any order */
export function spliced(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: put }) => all.slice(0, start) + put + all.slice(end), text);
}

/**
 * What each entry of a list becomes.
 *
 * @param become the texts that an entry is replaced by, given its own; one that is the same: nothing happens; none: it goes
 */
export function entriesEdited(
  text: string,
  list: YAMLSeq,
  become: (index: number, own: string, start: number) => readonly string[],
): Edit[] {
  const places = list.items.map((item) => placeOf(text, item, list.flow === true));
  const after = places.map(({ start, end }, index) => become(index, text.slice(start, end), start));
  if (after.every((texts) => texts.length === 0)) return [emptied(text, list)];
  return list.flow === true ? inLine(text, places, after) : inBlock(text, places, after);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** In a block, an entry is whole lines, with the dash before it and the comment behind it. */
function placeOf(text: string, item: unknown, flow: boolean): Place {
  const [start = 0, end = 0] = isNode(item) ? (item.range ?? []) : [];
  if (flow) return { start, end };
  const last = text.indexOf("\n", Math.max(start, end - 1));
  return { start: text.lastIndexOf("\n", start) + 1, end: last === -1 ? text.length : last + 1 };
}

function inBlock(text: string, places: readonly Place[], after: readonly (readonly string[])[]): Edit[] {
  return places.flatMap(({ start, end }, index): Edit[] => {
    const put = (after[index] ?? []).join("");
    return put === text.slice(start, end) ? [] : [{ start, end, text: put }];
  });
}

/** With an entry goes the comma between it and the next, or, of the last ones, the one before. */
function inLine(text: string, places: readonly Place[], after: readonly (readonly string[])[]): Edit[] {
  const lastKept = after.findLastIndex((texts) => texts.length > 0);
  return places.flatMap(({ start, end }, index): Edit[] => {
    const texts = after[index] ?? [];
    if (texts.length > 0) {
      const put = texts.join(", ");
      return put === text.slice(start, end) ? [] : [{ start, end, text: put }];
    }
    return index < lastKept
      ? [{ start, end: places[index + 1]?.start ?? end, text: "" }]
      : [{ start: places[index - 1]?.end ?? start, end, text: "" }];
  });
}

/** `[]`, where the list began. */
function emptied(text: string, list: YAMLSeq): Edit {
  const [start = 0, end = 0] = list.range ?? [];
  if (list.flow === true) return { start, end, text: "[]" };
  const colon = text.lastIndexOf(":", start) + 1;
  const last = text.indexOf("\n", Math.max(start, end - 1));
  return { start: colon, end: last === -1 ? text.length : last, text: " []" };
}
