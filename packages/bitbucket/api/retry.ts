/**
 * When to ask again, and after how long. Repeating is right only where it cannot do a thing twice: reads, PUT and
 * DELETE always, a POST only if it was refused (429) or never left this machine.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { Method } from "./contract";

export interface Patience {
  /** Tries altogether. */
  readonly attempts: number;
  /** Wait before the second try, in milliseconds; it doubles with each. */
  readonly first: number;
  /** Longest single wait, in milliseconds. */
  readonly longest: number;
}

/** For requests: five tries within about ten seconds, longer where Bitbucket names a time. */
export const requestPatience: Patience = { attempts: 5, first: 500, longest: 20_000 };

/** For what Bitbucket does a moment later than it says: five looks within about six seconds. */
export const settlingPatience: Patience = { attempts: 6, first: 200, longest: 3_200 };

/** What came of a try: an answer, or a failure of the network (`sent`: the request may have arrived). */
export type Outcome = { readonly status: number } | { readonly sent: boolean };

/** Whether the request may be sent again after such an outcome. */
export function mayRepeat(method: Method, outcome: Outcome): boolean {
  const repeatable = method !== "post";
  if ("sent" in outcome) return repeatable || !outcome.sent;
  if (outcome.status === 429) return true;
  return outcome.status >= 500 && repeatable;
}

/**
 * How long to wait before try `next` (2, 3, …), in milliseconds: doubling, and anywhere between half and all of
 * it, so that many clients do not come back in step.
 *
 * @param asked what the server asked for, in milliseconds
 * @param chance a number from 0 to 1
 */
export function pauseBefore(
  next: number,
  patience: Patience,
  asked: number | undefined,
  chance: number,
): number {
  if (asked !== undefined) return Math.min(asked, patience.longest);
  const full = Math.min(patience.first * 2 ** (next - 2), patience.longest);
  return Math.round(full / 2 + (full / 2) * chance);
}

/** Waits before try `next`; rejects when the signal is aborted. */
export async function pause(
  next: number,
  patience: Patience,
  signal: AbortSignal,
  asked?: number,
): Promise<void> {
  await wait(pauseBefore(next, patience, asked, Math.random()), undefined, { signal });
}

/**
 * Looks again and again until there is something to see.
 *
 * @param look gives undefined while there is not
 * @returns undefined if there never was
 */
export async function settled<T>(
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
  patience: Patience = settlingPatience,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const seen = await look();
    if (seen !== undefined || attempt === patience.attempts) return seen;
    await pause(attempt + 1, patience, signal);
  }
}
