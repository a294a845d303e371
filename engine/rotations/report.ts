/** What a run of `rotate` found and did, as plain data, and the same in words. */
import { daysBetween, dueOf, type ApiToken, type Due, type Kind, type Rotatable } from "./status";
import type { Settings } from "../../access";

interface Age {
  readonly name: string;
  readonly kind: Kind;
  /** ISO 8601. */
  readonly rotatedAt: string;
  readonly ageDays: number;
  /** Null where nobody has set one. */
  readonly limitDays: number | null;
  /** The age before this run. */
  readonly ageDaysBefore: number;
}

export interface Report {
  readonly stack: string;
  readonly asOf: string;
  /** Names of what this run has rotated and proved. */
  readonly rotated: readonly string[];
  /** What is due still, and why. */
  readonly due: readonly Due[];
  readonly ages: readonly Age[];
  readonly apiToken: ApiToken;
  /** Names of what is older than its limit. */
  readonly overdue: readonly string[];
  /** What there is to know besides, a line each. */
  readonly notes: readonly string[];
}

export interface Run {
  readonly stack: string;
  readonly settings: Settings;
  readonly asOf: Date;
  readonly before: readonly Rotatable[];
  readonly after: readonly Rotatable[];
  readonly apiToken: ApiToken;
  readonly notes?: readonly string[];
}

/** Names of what has rotated. */
export function rotatedBetween(before: readonly Rotatable[], after: readonly Rotatable[]): string[] {
  const was = new Map(before.map(({ name, rotation }) => [name, rotation]));
  return after.filter(({ name, rotation }) => was.get(name) !== rotation).map(({ name }) => name);
}

/**
 * Ages in days at `asOf`. What only people rotate has no limit (null), and is never overdue.
 *
 * @param run `before` and `after`: the same list where nothing was run
 */
export function reportOf({ stack, settings, asOf, before, after, apiToken, notes = [] }: Run): Report {
  const was = new Map(before.map((rotatable) => [rotatable.name, rotatable]));
  const ages = after.map(({ name, kind, rotatedAt, limitDays = null }) => ({
    name,
    kind,
    rotatedAt,
    ageDays: daysBetween(rotatedAt, asOf),
    limitDays,
    ageDaysBefore: daysBetween(was.get(name)?.rotatedAt ?? rotatedAt, asOf),
  }));
  return {
    stack,
    asOf: asOf.toISOString(),
    rotated: rotatedBetween(before, after),
    due: dueOf(after, settings, asOf),
    ages,
    apiToken,
    overdue: ages
      .filter(({ ageDays, limitDays }) => limitDays !== null && ageDays > limitDays)
      .map(({ name }) => name),
    notes,
  };
}

/** For a terminal; lists without an entry are left out. */
export function textOf(report: Report): string {
  const { stack, rotated, due, ages, apiToken, overdue, notes } = report;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  ${line}`)];
  return [
    `${stack}: ${headline(report)}`,
    ...list("rotated", rotated),
    ...list(
      "due",
      due.map(({ name, reason }) => `${name}: ${reason}`),
    ),
    ...list("ages in days", table(ages)),
    ...list("older than their limit", overdue),
    ...list("notes", [...notes, ...(apiToken.warning === undefined ? [] : [apiToken.warning])]),
  ].join("\n");
}

function headline({ rotated, due, ages }: Report): string {
  if (rotated.length > 0) return `${rotated.length} rotated and proved`;
  if (due.length > 0) return `${due.length} due`;
  const next = ages.length === 0 ? "" : ` of ${ages.length}`;
  return `nothing is due${next}`;
}

function table(ages: readonly Age[]): string[] {
  const rows = ages.map(({ name, kind, ageDaysBefore, ageDays, limitDays, rotatedAt }) => [
    name,
    kind,
    String(ageDaysBefore),
    String(ageDays),
    limitDays === null ? "by hand" : String(limitDays),
    rotatedAt,
  ]);
  const all = [["name", "kind", "before", "now", "limit", "rotated at"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
