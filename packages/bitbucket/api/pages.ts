/** A page of a list, in each of the three forms that the APIs have. */
export interface Page {
  readonly entries: readonly object[];
  /** Address of the page after it. */
  readonly next: string | undefined;
}

/**
 * What an answer holds: 1.0 gives a plain array, 2.0 `values` and the address `next`, the Organizations API `data`
 * and a cursor (or an address) in `links.next`.
 *
 * @param url where the answer came from
 * @returns undefined if it is none of them: taken for an empty list, it would hide everything that is there
 */
export function pageOf(answer: unknown, url: string): Page | undefined {
  if (Array.isArray(answer)) return page(answer, undefined);
  const { values, next, data, links } = (answer ?? {}) as Record<string, unknown>;
  if (values !== undefined) return page(values, next);
  const cursor = (links as Record<string, unknown> | null | undefined)?.next;
  return page(data, typeof cursor === "string" && !URL.canParse(cursor) ? withCursor(url, cursor) : cursor);
}

function page(entries: unknown, next: unknown): Page | undefined {
  const isList =
    Array.isArray(entries) && entries.every((entry) => typeof entry === "object" && entry !== null);
  const isEnd = next === undefined || next === null || next === "";
  if (!isList || !(isEnd || typeof next === "string")) return undefined;
  return { entries: entries as object[], next: isEnd ? undefined : next };
}

function withCursor(url: string, cursor: string): string {
  const next = new URL(url);
  if (cursor === "") return "";
  next.searchParams.set("cursor", cursor);
  return next.href;
}
