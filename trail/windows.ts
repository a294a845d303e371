/**
 * From when to when each run was at work, and by which account of Keycloak's: what that account did meanwhile is the
 * run's; what anybody else did, or it did at another time, is not.
 */
import { runsOf, type Entry } from "./entry";

export interface Window {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** As Keycloak's log calls it; undefined: the run did not say. */
  readonly account: string | undefined;
}

/** The clocks of two machines differ; so much is forgiven. Milliseconds. */
const tolerance = 2_000;
/** Longer than a run that was killed went on, its engine included. Milliseconds. */
const longest = 3_600_000;

/**
 * Windows of the runs of one stack. A run without an end, which was killed, counts until the next begins, for an hour
 * at most.
 */
export function windowsOf(entries: readonly Entry[], stack: string): Window[] {
  const runs = runsOf(entries).filter(({ began }) => began.stack === stack);
  const starts = runs.map(({ began }) => Date.parse(began.at)).sort((a, b) => a - b);
  return runs.map(({ began: { run, at, keycloakAccount }, ended }) => {
    const from = Date.parse(at);
    const next = starts.find((one) => one > from) ?? Infinity;
    const to = ended === undefined ? Math.min(next, from + longest) : Date.parse(ended.at);
    return { run, from, to, account: keycloakAccount };
  });
}

/** The run that an account was at work for at a moment; undefined: for none. */
export function runAt(
  windows: readonly Window[],
  time: number,
  account: string | undefined,
): string | undefined {
  const within = (slack: number) =>
    windows.find(
      (one) =>
        account !== undefined &&
        one.account === account.toLowerCase() &&
        time >= one.from - slack &&
        time <= one.to + slack,
    )?.run;
  return within(0) ?? within(tolerance);
}
