/**
 * Runs that do one thing (rotate what is due, take away what has expired) go by the data that the stack was last brought
 * up with: a command tells the program and the policy pack by a file, which holds the baseline.
 */
import { readFileSync } from "node:fs";
import type { Baseline } from "../access";
import { variable } from "../access/environment";

/** What such a run does. */
export type Purpose = "rotation" | "expiry";

export interface BaselineRun {
  readonly purpose: Purpose;
  readonly baseline: Baseline;
  /** Of an expiry: not all that has ended can go by it, so that the next one has to look again. Default false. */
  readonly partial?: boolean;
}

/** The file that says what a run goes by, and that it does one thing; unset: it goes by the checkout. */
export const baselineVariable = variable.baseline;

/** @returns undefined for a run that goes by the checkout */
export function baselineRunOf(env: Readonly<Record<string, string | undefined>>): BaselineRun | undefined {
  const file = env[baselineVariable];
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as BaselineRun);
}
