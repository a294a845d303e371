/** What the previews of a pull request found, as plain data: the comment, the report and the JSON are views of it. */
import type { Problem } from "../../access";
import { jsonOf, type Report, type Verdict } from "../preview/report";

export interface Review {
  /** Number of the pull request. */
  readonly id: number;
  /** Full hash of the commit that proposes. */
  readonly commit: string;
  /** Full hash of the commit of the target branch, whose program previewed it. */
  readonly onto: string;
  /** Paths that the proposal changes besides data and prose: the program, which no preview runs. */
  readonly program: readonly string[];
  /** A preview for each environment concerned; none where the proposal changes no data of theirs. */
  readonly reports: readonly Report[];
  /** Mistakes in what is proposed; each of them once. */
  readonly problems: readonly Problem[];
  /** Previews that could not be made for another reason. */
  readonly failures: readonly { readonly stack: string; readonly message: string }[];
}

/** The gravest of all environments. */
export type ReviewVerdict = Verdict | "error";

export const exitCodes = {
  nothing: 0,
  changes: 2,
  "second person": 3,
  error: 1,
} as const satisfies Record<ReviewVerdict, number>;

/** The gravest of all environments; `nothing` where none is concerned. A mistake or a failed preview is an error. */
export function verdictOf({ program, reports, problems, failures }: Review): ReviewVerdict {
  if (problems.length > 0 || failures.length > 0) return "error";
  if (program.length > 0) return "second person";
  const verdicts: readonly Verdict[] = ["second person", "changes"];
  return verdicts.find((one) => reports.some(({ verdict }) => verdict === one)) ?? "nothing";
}

/** For a script. */
export function reviewJson(review: Review): object {
  const { reports, problems, ...rest } = review;
  return { ...rest, verdict: verdictOf(review), environments: reports.map(jsonOf), violations: problems };
}
