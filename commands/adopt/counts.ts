/** Figures, as the steps of an adoption tell them. */
import { compare } from "../../access/problem";
import { grouped } from "../../access/tree";

/** How many there are of each kind, sorted by it. */
export function countsBy<T>(all: readonly T[], kindOf: (one: T) => string): Record<string, number> {
  const counts = [...grouped(all, kindOf)].map(([kind, alike]) => [kind, alike.length] as const);
  return Object.fromEntries(counts.sort(([a], [b]) => compare(a, b)));
}

/** Example: `1,204 repositories`. */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}

/** Example: `2026-11-23 14:05 UTC`. */
export function minuteOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
