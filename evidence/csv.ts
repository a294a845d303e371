/**
 * Tables that auditors open in a spreadsheet. A spreadsheet runs what looks like a formula, and much of what stands in
 * evidence was written by whoever is examined: so a text that begins like one gets an apostrophe, which a spreadsheet
 * takes for "this is text". Where the language of a spreadsheet separates by semicolons, a cell of ours is several of its
 * own, whatever the quotes say, and each may begin like a formula. Lines end as RFC 4180 says, and the mark at the front
 * makes Excel read UTF-8.
 */
import { coded, uncoded } from "@bitbucket-keycloak/output";
import { CsvError, parse } from "csv-parse/sync";

export type Cell = string | number | boolean | undefined;

const mark = "\uFEFF";
/** Where a spreadsheet may see the beginning of a cell. */
const begins = "(?<=^|[;|])";
/** Signs, ASCII and full-width, that begin a formula, and the apostrophe, so that reading undoes writing; behind blanks and quotes. */
const runs = "(?=[\\s\"]*['=+\\-@\\uff1d\\uff0b\\uff0d\\uff20|%])";
const dangerous = new RegExp(`${begins}${runs}`, "g");
const kept = new RegExp(`${begins}'${runs}`, "g");

/** The first line, with the mark of UTF-8 before it. */
export function csvHead(columns: readonly string[]): string {
  return mark + csvLine(columns);
}

/** One line with its end, every cell in quotes; undefined is an empty cell. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

function quoted(cell: Cell): string {
  if (typeof cell !== "string") return `"${cell === undefined ? "" : String(cell)}"`;
  return `"${coded(cell).replace(dangerous, "'").replaceAll('"', '""')}"`;
}

/**
 * The cells of each line, as they were before they were written: by us, or by a spreadsheet that saved the file anew, with
 * semicolons where its language wants them. Empty lines at the end are no lines.
 *
 * @throws Error if a quote is never closed
 */
export function parseCsv(text: string): string[][] {
  const body = text.startsWith(mark) ? text.slice(1) : text;
  const lines = unlessUnclosed(body, () =>
    parse(body, {
      delimiter: separatorOf(body),
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
    }),
  );
  return lines.filter((line) => line.some((cell) => cell !== "")).map((line) => line.map(plain));
}

/** The parser tells where the file ends, which helps nobody: what is looked for is where the quote begins. */
function unlessUnclosed<T>(body: string, parsing: () => T): T {
  try {
    return parsing();
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== "CSV_QUOTE_NOT_CLOSED") throw error;
    const at = body.replace(wholeQuotes, (cell) => " ".repeat(cell.length)).indexOf('"');
    throw new Error(`found a quote that is never closed, at character ${at + 1}: save the file as CSV again`);
  }
}

/** What stands in quotes, doubled ones included. */
const wholeQuotes = /"(?:[^"]|"")*"/g;

/** A text as it was before it was written. */
function plain(cell: string): string {
  return uncoded(cell.replace(kept, ""));
}

/** What stands after the first cell of the first line. */
function separatorOf(body: string): string {
  return /^(?:"(?:[^"]|"")*"|[^,;\t\r\n]*)([;\t])/.exec(body)?.[1] ?? ",";
}
