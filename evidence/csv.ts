/**
 * Tables that auditors open in a spreadsheet. A spreadsheet runs what looks like a formula, and much of what stands in
 * evidence was written by whoever is examined: so a text that begins like one gets an apostrophe, which a spreadsheet
 * takes for "this is text". Lines end as RFC 4180 says, and the mark at the front makes Excel read UTF-8.
 */
export type Cell = string | number | boolean | undefined;

const mark = "\uFEFF";
/** Signs, ASCII and full-width, that begin a formula, and those that hide one; also the apostrophe, so that reading undoes writing. */
const dangerous = /^(?:[\t\r\n]|\s*['=+\-@\uff1d\uff0b\uff0d\uff20|%])/;

export function csvHead(columns: readonly string[]): string {
  return mark + csvLine(columns);
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

function quoted(cell: Cell): string {
  if (typeof cell !== "string") return `"${cell === undefined ? "" : String(cell)}"`;
  const safe = dangerous.test(cell) ? `'${cell}` : cell;
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * The cells of each line, as they were before they were written: by us, or by a spreadsheet that saved the file anew, with
 * semicolons where its language wants them. Empty lines at the end are no lines.
 *
 * @throws Error if a quote is never closed
 */
export function parseCsv(text: string): string[][] {
  const body = text.startsWith(mark) ? text.slice(1) : text;
  const separator = separatorOf(body);
  const lines: string[][] = [];
  let [line, cell, at] = [[] as string[], "", 0];
  const endCell = (): void => {
    line.push(cell);
    cell = "";
  };
  const endLine = (): void => {
    endCell();
    lines.push(line);
    line = [];
  };
  while (at < body.length) {
    const sign = body[at] ?? "";
    if (sign === '"' && cell === "") {
      const { value, end } = quotedAt(body, at);
      cell = value;
      at = end;
    } else if (sign === separator) {
      endCell();
      at += 1;
    } else if (sign === "\n" || sign === "\r") {
      endLine();
      at += body.startsWith("\r\n", at) ? 2 : 1;
    } else {
      cell += sign;
      at += 1;
    }
  }
  if (cell !== "" || line.length > 0) endLine();
  return lines.filter((one) => one.some((each) => each !== "")).map((one) => one.map(plain));
}

/** A text as it was before an apostrophe kept a spreadsheet from running it. */
function plain(cell: string): string {
  return cell.startsWith("'") && dangerous.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** What stands after the first cell of the first line. */
function separatorOf(body: string): string {
  const first = body.startsWith('"') ? body.charAt(quotedAt(body, 0).end) : /[,;\t\r\n]/.exec(body)?.[0];
  return first === ";" || first === "\t" ? first : ",";
}

function quotedAt(body: string, start: number): { value: string; end: number } {
  let value = "";
  for (let at = start + 1; ;) {
    const end = body.indexOf('"', at);
    if (end === -1)
      throw new Error(
        `found a quote that is never closed, at character ${start + 1}: save the file as CSV again`,
      );
    value += body.slice(at, end);
    if (body[end + 1] !== '"') return { value, end: end + 1 };
    value += '"';
    at = end + 2;
  }
}
