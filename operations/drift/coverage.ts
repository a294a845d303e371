/**
 * Which part of the workspace was looked at when: a run with a budget takes those that nobody has looked at for
 * longest, so that a workspace of any size is covered over time.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** When each part was looked at last, ISO 8601, by its name. */
export type Looked = Readonly<Record<string, string>>;

const schema = z.object({ form: z.literal(1), looked: z.record(z.string(), z.iso.datetime()) });

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
  writeFileSync(`${file}.new`, `${JSON.stringify({ form: 1, looked }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
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
    const [one, other] = [looked[a.name] ?? "", looked[b.name] ?? ""];
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
