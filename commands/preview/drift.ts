/**
 * What was changed by hand where a change is about to be made. Only those places are read, so that the preview of a
 * large workspace costs a few requests; the engine reads them, and writes nothing down.
 */
import { lastSeen, readLooked } from "../drift/coverage";
import type { Finding } from "../../evidence/reports/drift";
import { pulumi, type Engine } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import {
  type EngineStep,
  isChanging,
  isThere,
  plannedIn,
  stepsIn,
  withRead,
  type Observations,
} from "../../engine/steps";
import { byHand, type DriftedPlace } from "../../engine/byHand";
import type { LastRun } from "../../engine/lastRun";

export interface Drift {
  /** How many places were read. */
  readonly examined: number;
  /** What is neither declared nor what the last run declared. */
  readonly found: readonly DriftedPlace[];
  /** Why something was not read; absent if all of it was. */
  readonly unexamined?: string;
  /** What the last drift checks found, here or elsewhere; absent where there was none. */
  readonly last?: LastChecks;
}

/** Where an address moves. */
export const unreadByMove: Drift = {
  examined: 0,
  found: [],
  unexamined: "an address moves, and the engine reads what it has at the old one",
};

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

/** More places than this make a change that only a deploy reads in full. */
const mostPlaces = 150;

/**
 * What was changed by hand where this change goes. Where the engine fails, `unexamined` says why.
 *
 * @param planned what the engine would do, and has not read: what it would change or delete is looked at
 * @param last what the last run declared
 */
export async function driftOf(
  engine: Engine,
  stack: string,
  planned: readonly EngineStep[],
  last: LastRun,
): Promise<Drift> {
  const seen = plannedIn(planned);
  const urns = [...seen].flatMap(([urn, { planned }]) => (planned && isThere(planned) ? [urn] : []));
  const asked = urns.slice(0, mostPlaces);
  const targets = asked.flatMap((urn) => ["--target", urn]);
  const refresh = ["refresh", "--preview-only", "--json", "--stack", stack, ...targets];
  try {
    const read = asked.length === 0 ? [] : stepsIn(await pulumi(engine, refresh));
    const left = urns.length - asked.length;
    const unexamined = left > 0 ? `${left} more places that this change touches` : undefined;
    return {
      examined: asked.length,
      found: changedByHand(withRead(seen, read), last),
      ...(unexamined !== undefined && { unexamined }),
    };
  } catch (error) {
    // Whoever may preview need not be allowed to read the workspace.
    if (!(error instanceof EngineError)) throw error;
    return { examined: 0, found: [], unexamined: error.message };
  }
}

/** The same where the engine has read everything. */
export function driftIn(observed: Observations, last: LastRun): Drift {
  const touched = [...observed].filter(([, { planned }]) => planned !== undefined && isChanging(planned));
  const examined = touched.filter(([, { planned }]) => planned && isThere(planned)).length;
  return { examined, found: changedByHand(new Map(touched), last) };
}

function changedByHand(observed: Observations, last: LastRun): DriftedPlace[] {
  return [...observed].flatMap(([urn, one]) => byHand(urn, one, last) ?? []);
}
