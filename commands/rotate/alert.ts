/** Who hears that something is older than its limit. Both also when the run failed: that is how things grow old. */
import type { Report } from "../../engine/rotations/report";
import { post, report as reportOn } from "../alert";

/** What a run had to say; where it failed, how things stood. */
export interface Told {
  readonly report: Report;
  /** What the engine or a system said. */
  readonly failure?: string;
}

/**
 * Tells those who want to know: in a pipeline the commit's report, whatever it says; at an address only what is older than
 * its limit.
 *
 * @returns what could not be told, a line each
 */
export async function tell(told: Told, apiUrl: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { report, failure } = told;
  const overdue = report.ages.filter(({ name }) => report.overdue.includes(name));
  const text = `${report.stack}: older than their limit: ${report.overdue.join(", ")}`;
  const json = { text, stack: report.stack, asOf: report.asOf, overdue, failed: failure !== undefined };
  const all = [
    await reportOn(`rotation-${report.stack}`, insightsOf(told), apiUrl, env),
    ...(overdue.length === 0 ? [] : [await post(json, env)]),
  ];
  return all.flatMap((one) => (one !== undefined && "problem" in one ? [one.problem] : []));
}

/** The report fails if something is older than its limit, or the run failed; what is only due passes. */
export function insightsOf({ report, failure }: Told) {
  const { stack, rotated, due, overdue, ages, apiToken } = report;
  const lines = [
    overdue.length === 0
      ? "nothing is older than its limit"
      : `older than their limit: ${overdue.join(", ")}`,
    ...(failure === undefined ? [] : ["the run failed; its log says why"]),
    ...(apiToken.warning === undefined ? [] : [apiToken.warning]),
  ];
  const number = (title: string, value: number) => ({ title, type: "NUMBER" as const, value });
  return {
    title: `Secrets and keys of ${stack}`,
    details: lines.join("; "),
    result: overdue.length > 0 || failure !== undefined ? ("FAILED" as const) : ("PASSED" as const),
    data: [
      number("Older than their limit", overdue.length),
      number("Due", due.length),
      number("Rotated", rotated.length),
      number("Oldest, in days", Math.max(0, ...ages.map(({ ageDays }) => ageDays))),
    ],
  };
}
