/**
 * Reads back the worksheet of a review, and says all that is wrong with it at once: a row that was changed, lost or left
 * undecided, somebody who decided on what is theirs, a note that is missing. Pure.
 */
import type { Model } from "../../access";
import { parseCsv } from "../../evidence/csv";
import { digestOfRows, fixedColumns, openColumns, sealOf, worksheetColumns } from "../../evidence/worksheet";

export interface Decision {
  /** As it stands in the sheet: `17 of 112`. */
  readonly row: string;
  readonly what: "grant" | "membership";
  readonly who: string;
  readonly right: string;
  readonly on: string;
  readonly reason: string;
  /** As models hold it; undefined: no end. */
  readonly until?: string;
  readonly by: string;
  readonly remove: boolean;
  readonly note: string;
}

export interface Sheet {
  /** Name of the stack. */
  readonly stack: string;
  readonly asOf: string;
  readonly seals: readonly string[];
  readonly decisions: readonly Decision[];
  /** What is wrong, a line each; with any, nothing is to be done. */
  readonly problems: readonly string[];
}

/**
 * Rows may come in any order, as a spreadsheet sorts them. Where there are problems, decisions are as far as they
 * could be read.
 *
 * @param text CSV
 * @param model its people are who may decide; its owners may decide every row that does not reach them
 */
export function readSheet(text: string, model: Pick<Model, "people" | "owners">): Sheet {
  const nothing = { stack: "", asOf: "", seals: [], decisions: [] };
  const [head = [], ...lines] = tableIn(text) ?? [];
  const missing = worksheetColumns.filter((column) => !head.includes(column));
  if (missing.length > 0)
    return {
      ...nothing,
      problems: [
        `found no column ${missing.join(", ")}; allowed: the worksheet of npm run evidence, saved as CSV`,
      ],
    };
  const cellsOf = (line: readonly string[], columns: readonly string[]) =>
    columns.map((column) => (line[head.indexOf(column)] ?? "").trim());
  const rows = lines.map((line) => ({
    fixed: cellsOf(line, fixedColumns),
    seal: cellsOf(line, ["seal"])[0] ?? "",
    open: cellsOf(line, openColumns),
  }));
  const [name = ""] = rows[0]?.fixed ?? [];
  const [stack = "", asOf = "", digest = ""] = name.split(" ");
  const inOrder = [...rows].sort((a, b) => numberOf(a.fixed) - numberOf(b.fixed));
  const decisions = inOrder.map(({ fixed, open }) => decisionOf(fixed, open));
  const problems = inOrder.flatMap((row) => rowProblems(row, name, model));
  const whole = wholeProblems(
    inOrder.map(({ fixed }) => fixed),
    digest,
    problems.length === 0,
  );
  return {
    stack,
    asOf,
    seals: inOrder.map(({ seal }) => seal),
    decisions,
    problems: [...whole, ...problems],
  };
}

function tableIn(text: string): string[][] | undefined {
  try {
    return parseCsv(text);
  } catch {
    return undefined;
  }
}

/** @param unchanged no row is known to be changed */
function wholeProblems(rows: readonly (readonly string[])[], digest: string, unchanged: boolean): string[] {
  if (rows.length === 0) return ["found no row; allowed: every row of the worksheet, decided"];
  const of = Number(rows[0]?.[1]?.split(" of ")[1] ?? 0);
  const numbers = rows.map(numberOf);
  const lost = Array.from({ length: of }, (_, index) => index + 1).filter(
    (number) => !numbers.includes(number),
  );
  const twice = [...new Set(numbers.filter((number, index) => numbers.indexOf(number) !== index))];
  const problems = [
    ...(lost.length === 0
      ? []
      : [`found ${rows.length} rows of ${of}; missing: ${listed(lost)}; put them back`]),
    ...(twice.length === 0 ? [] : [`found row ${listed(twice)} more than once; keep one of each`]),
  ];
  if (problems.length > 0 || !unchanged || digestOfRows(rows) === digest) return problems;
  return ["the rows are not those that the worksheet was made with; take them from the evidence again"];
}

function listed(numbers: readonly number[]): string {
  return numbers.slice(0, 20).join(", ") + (numbers.length > 20 ? " and more" : "");
}

interface Row {
  readonly fixed: readonly string[];
  readonly seal: string;
  readonly open: readonly string[];
}

function rowProblems(
  { fixed, seal, open }: Row,
  name: string,
  { people, owners }: Pick<Model, "people" | "owners">,
): string[] {
  const [worksheet = "", number = "", reviewer = "", , who = "", right = "", on = "", reached = ""] = fixed;
  const noted = fixed[10] === "yes";
  const [by = "", decision = "", note = ""] = open;
  const at = `row ${number} (${who}: ${right}${on && ` on ${on}`})`;
  const allowed = [
    ...new Set([reviewer, ...owners].filter((one) => one !== "" && !reached.split(" ").includes(one))),
  ];
  const problems: string[] = [];
  const add = (problem: string): void => {
    problems.push(`${at}: ${problem}`);
  };
  if (sealOf(fixed) !== seal) add("it was changed; take it from the evidence again");
  else if (worksheet !== name) add("it is of another worksheet; keep one worksheet to a file");
  if (decision === "" && by === "") {
    add(`it is not decided yet; allowed: "keep" or "remove", by ${allowed.join(" or ") || "nobody yet"}`);
    return problems;
  }
  if (decision === "") add('found no decision; allowed: "keep" or "remove"');
  else if (!/^(keep|remove)$/i.test(decision))
    add(`found ${JSON.stringify(decision)}; allowed: "keep" or "remove"`);
  if (by === "") add(`nobody is named as having decided; allowed: ${allowed.join(", ") || "nobody yet"}`);
  else if (reached.split(" ").includes(by))
    add(`${by} decided, who gains by it; allowed: ${allowed.join(", ")}`);
  else if (!people.some(({ username }) => username === by))
    add(`found ${JSON.stringify(by)}, whom access.yaml does not know; allowed: ${allowed.join(", ")}`);
  else if (!allowed.includes(by)) add(`${by} decided; allowed: ${allowed.join(", ")}`);
  if (/^remove$/i.test(decision) && note === "") add("it is to be removed without a note; say why");
  if (/^keep$/i.test(decision) && noted && note === "")
    add("it is privileged, or given to one alone, and kept without a note; say why it is still needed");
  return problems;
}

function decisionOf(fixed: readonly string[], open: readonly string[]): Decision {
  const [, row = "", , what = "", who = "", right = "", on = "", , reason = "", ends = ""] = fixed;
  const [by = "", decision = "", note = ""] = open;
  const until = /^until (\S+)$/.exec(ends)?.[1];
  return {
    row,
    what: what === "membership" ? "membership" : "grant",
    who,
    right,
    on,
    reason,
    ...(until !== undefined && { until }),
    by,
    remove: /^remove$/i.test(decision),
    note,
  };
}

function numberOf(fixed: readonly string[]): number {
  return Number((fixed[1] ?? "").split(" of ")[0]);
}
