/**
 * Which actions of the tour are done: a small file of its own, written after each, so that a tour that was left goes on at the
 * action that it was left at. Each step has a list of actions; of the last one begun, the record says how many are done.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Step } from "./step";

/** How many actions are done, by the step's name. */
export type Done = Readonly<Record<string, number>>;

const schema = z.record(z.string(), z.int().min(0));

/** Nothing is done where there is no record, or one that cannot be read. */
export function readDone(file: string): Done {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

export function writeDone(file: string, done: Done): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(done, undefined, 2)}\n`);
}

/** Whether all of a step is done. */
export function isDone({ name, actions }: Step, done: Done): boolean {
  return (done[name] ?? 0) >= actions.length;
}

/**
 * What is left, and what is done by the time that it begins.
 *
 * @param from the step to begin at, from its first action, whatever is done. Default: the first that is not done
 * @throws Error if there is no such step
 */
export function leftOf(
  steps: readonly Step[],
  done: Done,
  from?: string,
): { readonly steps: readonly Step[]; readonly done: Done } {
  const at =
    from === undefined
      ? steps.findIndex((step) => !isDone(step, done))
      : steps.findIndex(({ name }) => name === from);
  if (at < 0 && from === undefined) return { steps: [], done };
  if (at < 0)
    throw new Error(`found "${from ?? ""}" for --from; allowed: ${steps.map(({ name }) => name).join(", ")}`);
  const left = steps.slice(at);
  if (from === undefined) return { steps: left, done };
  const anew = new Set(left.map(({ name }) => name));
  return { steps: left, done: Object.fromEntries(Object.entries(done).filter(([name]) => !anew.has(name))) };
}
