/**
 * When to send a request again, and after how long. Repeating is right only where it cannot do a thing twice: what reads,
 * PUT and DELETE always, the others only if they were refused (429) or never left this machine.
 */
import { setTimeout as wait } from "node:timers/promises";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Patience {
  /** Tries altogether. */
  readonly attempts: number;
  /** Wait before the second try, in milliseconds; it doubles with each. */
  readonly first: number;
  /** Longest single wait, in milliseconds, also where the server asks for a longer one. */
  readonly longest: number;
}

/** Unless a client says otherwise: three tries within about a second, longer where the server names a time. */
export const usualPatience: Patience = { attempts: 3, first: 300, longest: 20_000 };

/** One try, for who wants to know how it went. */
export const once: Patience = { attempts: 1, first: 0, longest: 0 };

/** What came of a try: an answer, or a failure of the network (`sent`: the request may have arrived). */
export type Outcome = { readonly status: number } | { readonly sent: boolean };

/** Whether a request may be sent again after such an outcome. */
export function mayRepeat(method: Method, outcome: Outcome): boolean {
  const idempotent = method !== "POST" && method !== "PATCH";
  if ("sent" in outcome) return idempotent || !outcome.sent;
  if (outcome.status === 429) return true;
  return outcome.status >= 500 && idempotent;
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

/**
 * Waits before try `next`.
 *
 * @throws the signal's reason when it is aborted
 */
export async function pause(
  next: number,
  patience: Patience,
  signal?: AbortSignal,
  asked?: number,
): Promise<void> {
  const milliseconds = pauseBefore(next, patience, asked, Math.random());
  await wait(milliseconds, undefined, signal && { signal }).catch((thrown: unknown) => {
    throw signal?.aborted ? signal.reason : thrown;
  });
}

/**
 * What a header `Retry-After` asks for, in milliseconds: it names seconds, or a moment.
 *
 * @returns undefined where it is absent or says neither
 */
export function waitAsked(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : seconds * 1000;
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}
