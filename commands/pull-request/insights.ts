/** The verdict as a Code Insights report on the proposed commit, with its mistakes at their lines. */
import { visible } from "@bitbucket-keycloak/output";
import { dataFileAt, renderProblem, sentenceOf } from "../../access";
import { summaryOf } from "./comment";
import { verdictOf, type Review } from "./review";

/** By which Bitbucket, and we, find the report again. */
export const reportId = "access-preview";

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/ */
const limits = { details: 2000, summary: 450, annotations: 100 };

export interface Insights {
  readonly title: string;
  readonly details: string;
  readonly report_type: "SECURITY";
  readonly reporter: string;
  readonly result: "PASSED" | "FAILED" | "PENDING";
  readonly link?: string;
  readonly data: readonly {
    readonly title: string;
    readonly type: "NUMBER" | "TEXT";
    readonly value: unknown;
  }[];
}

export interface Annotation {
  readonly external_id: string;
  readonly annotation_type: "BUG" | "CODE_SMELL";
  readonly severity: "HIGH" | "LOW";
  readonly summary: string;
  readonly path?: string;
  readonly line?: number;
}

/**
 * Rights gained and lost are those of the environment with the most of them, not the sum of all.
 *
 * @param log address of the build's log; undefined: the report has no link
 */
export function insightsOf(review: Review, log?: string): Insights {
  const verdict = verdictOf(review);
  const { reports, problems } = review;
  const sum = (of: (report: Review["reports"][number]) => readonly unknown[]) =>
    Math.max(0, ...reports.map((report) => of(report).length));
  return {
    title: "Access preview",
    details: detailsOf(review),
    report_type: "SECURITY",
    reporter: "bitbucket-keycloak",
    // What waits for a second person has neither passed nor failed.
    result: ({ nothing: "PASSED", changes: "PASSED", "second person": "PENDING", error: "FAILED" } as const)[
      verdict
    ],
    ...(log !== undefined && { link: log }),
    data: [
      { title: "Verdict", type: "TEXT", value: verdict },
      { title: "Rights gained", type: "NUMBER", value: sum(({ gained }) => gained) },
      { title: "Rights lost", type: "NUMBER", value: sum(({ lost }) => lost) },
      { title: "Mistakes", type: "NUMBER", value: problems.length },
      { title: "Environments", type: "TEXT", value: reports.map(({ stack }) => stack).join(", ") || "none" },
    ],
  };
}

/** Mistakes first; as many as one request takes. */
export function annotationsOf({ problems, reports }: Review): Annotation[] {
  const warnings = reports.flatMap((report) => report.warnings);
  const unique = new Map([...problems, ...warnings].map((problem) => [renderProblem(problem), problem]));
  return [...unique.values()].slice(0, limits.annotations).map((problem, index) => ({
    external_id: `${reportId}-${index + 1}`,
    annotation_type: problems.includes(problem) ? "BUG" : "CODE_SMELL",
    severity: problems.includes(problem) ? "HIGH" : "LOW",
    summary: clipped(visible(sentenceOf(problem)), limits.summary),
    // What a rule of the guardrails says is about no file.
    ...(dataFileAt(problem.file) && { path: problem.file }),
    ...(problem.line !== undefined && { line: problem.line }),
  }));
}

/** That some of what is grave does not fit stands before it. */
function detailsOf(review: Review): string {
  const reasons = review.reports.flatMap(({ needs }) => needs.map(({ reason }) => visible(reason)));
  const whole = [summaryOf(review), ...reasons].join("; ");
  if (whole.length <= limits.details) return whole;
  const more = `not all of the ${reasons.length} reasons fit here: read the comment`;
  return clipped([summaryOf(review), more, ...reasons].join("; "), limits.details);
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
