/**
 * What was changed by hand where a change is about to be made. Only those places are read, so that the preview of a
 * large workspace costs a few requests; the engine reads them, and writes nothing down.
 */
import { lastSeen, readLooked } from "../drift/coverage";
import type { Finding } from "../../evidence/reports/drift";
import { EngineError, pulumi, type Engine } from "../../engine/engine";
import { changingSteps, stepOf, type EngineStep, type Step } from "../../engine/steps";

export interface Drift {
  /** How many places were read. */
  readonly examined: number;
  /** What differs from what the stack was last brought up with. */
  readonly found: readonly DriftedPlace[];
  /** Why something was not read; absent if all of it was. */
  readonly unexamined?: string;
  /** What the last drift checks found, here or elsewhere; absent where there was none. */
  readonly last?: LastChecks;
}

export interface LastChecks {
  /** When the part that was looked at longest ago was, ISO 8601. */
  readonly oldest: string;
  readonly newest: string;
  /** Days from the oldest look to the moment of the preview, one decimal. */
  readonly ageDays: number;
  readonly findings: readonly Finding[];
}

/** What is remembered of the last drift checks of a stack. */
export function lastChecks(file: string, asOf: Date): LastChecks | undefined {
  const seen = lastSeen(readLooked(file));
  if (seen === undefined) return undefined;
  const days = (asOf.getTime() - Date.parse(seen.oldest)) / 86_400_000;
  return { ...seen, ageDays: Math.max(0, Math.round(days * 10) / 10) };
}

export interface DriftedPlace extends Omit<Step, "op"> {
  /** It is not there any more. */
  readonly gone: boolean;
  /** Example: `holders: added {"group":"support","permission":"admin"}`. */
  readonly what: readonly string[];
}

/** More places than this make a change that only a deploy reads in full. */
export const mostPlaces = 150;

/** @param steps what the engine would do: what it would change or delete is looked at */
export async function driftOf(engine: Engine, stack: string, steps: readonly EngineStep[]): Promise<Drift> {
  const urns = placesOf(steps);
  const asked = urns.slice(0, mostPlaces);
  if (asked.length === 0) return { examined: 0, found: [] };
  const targets = asked.flatMap((urn) => ["--target", urn]);
  try {
    const text = await pulumi(engine, ["refresh", "--preview-only", "--json", "--stack", stack, ...targets]);
    const found = changingSteps(text).map(driftedPlace);
    const left = urns.length - asked.length;
    const unexamined = left > 0 ? `${left} more places that this change touches` : undefined;
    return { examined: asked.length, found, ...(unexamined !== undefined && { unexamined }) };
  } catch (error) {
    // Whoever may preview need not be allowed to read the workspace.
    if (!(error instanceof EngineError)) throw error;
    return { examined: 0, found: [], unexamined: error.message };
  }
}

/** What is there already and is about to change. Components and providers stand for nothing in either system. */
function placesOf(steps: readonly EngineStep[]): string[] {
  const there = steps.filter(
    ({ op, oldState }) =>
      op !== "create" && oldState?.id !== undefined && !oldState.type.startsWith("pulumi:"),
  );
  return [...new Set(there.map(({ urn }) => urn))];
}

export function driftedPlace(step: EngineStep): DriftedPlace {
  const { type, name } = stepOf(step);
  const gone = step.op === "delete";
  const changed = Object.keys(step.detailedDiff ?? {}).map((path) => path.split(/[.[]/, 1)[0] ?? path);
  const [was, is] = [step.oldState?.outputs ?? {}, step.newState?.outputs ?? {}];
  return {
    type,
    name,
    gone,
    what: gone ? [] : [...new Set(changed)].sort().flatMap((key) => wordsOn(key, was[key], is[key])),
  };
}

function wordsOn(key: string, was: unknown, is: unknown): string[] {
  const texts = (list: readonly unknown[]) => list.map((entry) => JSON.stringify(entry));
  if (Array.isArray(was) && Array.isArray(is)) {
    const [before, now] = [texts(was), texts(is)];
    return [
      ...now.filter((entry) => !before.includes(entry)).map((entry) => `${key}: added ${entry}`),
      ...before.filter((entry) => !now.includes(entry)).map((entry) => `${key}: removed ${entry}`),
    ];
  }
  const word = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return [`${key}: ${word(was)} → ${word(is)}`];
}
