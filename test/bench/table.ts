/** Numbers as a table that a person reads in a terminal and pastes into Markdown. */

/** Undefined: not known here; shown as a dash. */
export type Cell = string | number | undefined;

/**
 * A table in Markdown: the first column to the left, the others to the right.
 *
 * @param rows each with as many cells as there are columns
 */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns, ...rows.map((row) => row.map(text))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0), 3));
  const draw = (line: readonly string[]): string => {
    const cells = line.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0));
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [draw(columns), `| ${rule.join(" | ")} |`, ...lines.slice(1).map(draw)].join("\n");
}

function text(cell: Cell): string {
  if (cell === undefined) return "–";
  return typeof cell === "string" ? cell : cell.toLocaleString("en", { maximumFractionDigits: 2 });
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}

/** The middle one; of two in the middle their mean. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return (low + high) / 2;
}

/** With so many decimals. */
export function rounded(number: number, decimals = 1): number {
  return Number(number.toFixed(decimals));
}
