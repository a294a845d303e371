/**
 * Which part of the two systems was looked at when, and what was found there: a run with a budget takes the parts of the
 * workspace that nobody has looked at for longest, so that one of any size is covered over time, and a preview of a small
 * change says what was found elsewhere without asking again.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { findingSchema, type Finding, type Coverage } from "../../evidence/reports/drift";

/** A part as it was when somebody looked. */
export interface Look {
  /** ISO 8601. */
  readonly at: string;
  readonly findings: readonly Finding[];
}

/** A look that ends at this moment. */
export function lookOf(findings: readonly Finding[]): Look {
  return { at: new Date().toISOString(), findings };
}

/** The last look at each part, by its name. */
export type Looked = Readonly<Record<string, Look>>;

const look = z.object({ at: z.iso.datetime(), findings: z.array(findingSchema) });
const schema = z.object({ form: z.literal(2), looked: z.record(z.string(), look) });

/** Where a stack's looks are kept, unless told otherwise. */
export function coverageFile(folder: string, stack: string): string {
  return join(folder, ".local", "drift", `${stack}.json`);
}

/** @throws if the file is there and holds something else */
export function readLooked(file: string): Looked {
  if (!existsSync(file)) return {};
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8"))).looked;
  } catch {
    throw new Error(
      `${file} does not hold what a drift check wrote: remove it, and everything counts as unchecked`,
    );
  }
}

/** In one piece: who is interrupted leaves the old one. */
export function writeLooked(file: string, looked: Looked): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ form: 2, looked }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** @param times of the last look at each part that was ever looked at */
export function coverageOf(parts: number, looked: number, times: readonly string[]): Coverage {
  const never = parts - times.length;
  const [oldest] = [...times].sort();
  return { parts, looked, never, ...(never === 0 && oldest !== undefined && { oldest }) };
}

export interface Costing {
  readonly name: string;
  /** How many requests it takes, about. */
  readonly requests: number;
}

/**
 * The parts that a budget allows, those that were never looked at first, then the oldest. One at least, or a budget that
 * is smaller than the largest part would never get past it.
 */
export function within<P extends Costing>(parts: readonly P[], looked: Looked, budget: number): P[] {
  const oldestFirst = [...parts].sort((a, b) => {
    const [one, other] = [looked[a.name]?.at ?? "", looked[b.name]?.at ?? ""];
    return one < other ? -1 : one > other ? 1 : 0;
  });
  const taken: P[] = [];
  let left = budget;
  for (const part of oldestFirst) {
    if (part.requests > left && taken.length > 0) break;
    taken.push(part);
    left -= part.requests;
  }
  return taken;
}

/** Everything that the last looks found, and when the oldest and the newest of them were; undefined without any. */
export function lastSeen(
  looked: Looked,
): { readonly oldest: string; readonly newest: string; readonly findings: readonly Finding[] } | undefined {
  const looks = Object.values(looked);
  const times = looks.map(({ at }) => at).sort();
  const [oldest, newest = oldest] = [times[0], times.at(-1)];
  if (oldest === undefined || newest === undefined) return undefined;
  return { oldest, newest, findings: looks.flatMap(({ findings }) => findings) };
}
