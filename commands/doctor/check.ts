/** What `doctor` looks at, one thing at a time: from what was gathered to what a person is told. Pure. */
import type { Asked } from "./asked";
import type { Facts } from "./facts";

export interface Check {
  /** Kebab case. */
  readonly name: string;
  /** What has to be so. */
  readonly wants: string;
  readonly evaluate: (facts: Facts) => Finding;
}

export type Finding =
  /** `found`: what is there, in a few words. */
  | { readonly state: "ok"; readonly found: string }
  /** `found`: what is there in its place; `details`: a line each; `fix`: what to do. */
  | {
      readonly state: "missing";
      readonly found: string;
      readonly fix: string;
      readonly details?: readonly string[];
    }
  /** `found`: why nobody knows. */
  | { readonly state: "unknown"; readonly found: string };

export const ok = (found: string): Finding => ({ state: "ok", found });
export const unknown = (found: string): Finding => ({ state: "unknown", found });
export const missing = (found: string, fix: string, details: readonly string[] = []): Finding => ({
  state: "missing",
  found,
  fix,
  ...(details.length > 0 && { details }),
});

/**
 * The finding of a question.
 *
 * @param fix what to do where what was asked is wrong, and does not say so itself
 */
export function of<T>(asked: Asked<T>, fix: string, evaluate: (answer: T) => Finding): Finding {
  if ("is" in asked) return evaluate(asked.is);
  return "problem" in asked ? missing(asked.problem, asked.fix ?? fix) : unknown(asked.unknown);
}
