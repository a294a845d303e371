/**
 * Who hears that something is older than its limit. A build that failed is easily taken for one more build; so the commit
 * that it ran on gets a report, and an address that somebody listens at gets a message. Both also when the run failed:
 * that is how things grow old.
 */
import { HttpError, send } from "@bitbucket-keycloak/http";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import type { Insights } from "../pull-request/insights";
import type { Report } from "../../engine/rotations/report";
import { variable } from "../../access/environment";

/** What a run had to say; where it failed, how things stood. */
export interface Told {
  readonly report: Report;
  /** What the engine or a system said. */
  readonly failure?: string;
}

/** Address that is posted to, https, or http on this machine. May hold a secret, so it is never shown. */
export const alertVariable = variable.rotationAlert;

const patience = 10_000;

/**
 * Tells those who want to know: in a pipeline the commit's report, whatever it says; at {@link alertVariable} only what is
 * older than its limit.
 *
 * @returns what could not be told, a line each
 */
export async function tell(told: Told, apiUrl: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const problems = [await putReport(told, apiUrl, env), await postAlert(told, env)];
  return problems.filter((problem) => problem !== undefined);
}

/**
 * The report fails if something is older than its limit, or the run failed; what is only due passes.
 *
 * @param log address of the build's log; undefined: the report has no link
 */
export function insightsOf({ report, failure }: Told, log?: string): Insights {
  const { stack, rotated, due, overdue, ages, apiToken } = report;
  const lines = [
    overdue.length === 0
      ? "nothing is older than its limit"
      : `older than their limit: ${overdue.join(", ")}`,
    ...(failure === undefined ? [] : ["the run failed; its log says why"]),
    ...(apiToken.warning === undefined ? [] : [apiToken.warning]),
  ];
  return {
    title: `Secrets and keys of ${stack}`,
    details: lines.join("; ").slice(0, 2000),
    report_type: "SECURITY",
    reporter: "bitbucket-keycloak",
    result: overdue.length > 0 || failure !== undefined ? "FAILED" : "PASSED",
    ...(log !== undefined && { link: log }),
    data: [
      { title: "Older than their limit", type: "NUMBER", value: overdue.length },
      { title: "Due", type: "NUMBER", value: due.length },
      { title: "Rotated", type: "NUMBER", value: rotated.length },
      { title: "Oldest, in days", type: "NUMBER", value: Math.max(0, ...ages.map(({ ageDays }) => ageDays)) },
    ],
  };
}

const reports = "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}";

/** On the commit that this pipeline runs on; anywhere else there is none. */
async function putReport(told: Told, apiUrl: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { [variable.workspace]: workspace, [variable.repositorySlug]: slug, [variable.commit]: commit } = env;
  if (!workspace || !slug || !commit) return undefined;
  const at = { workspace, repo_slug: slug, commit, reportId: `rotation-${told.report.stack}` };
  try {
    // The document says that a value is an object; it is what its type says.
    const body = { type: "report", ...insightsOf(told, logOf(env)) } as never;
    await sessionOf(apiUrl, env).put(reports, at, body);
    return undefined;
  } catch (error) {
    return `the commit ${commit} got no report: ${(error as Error).message}`;
  }
}

function sessionOf(apiUrl: string, env: NodeJS.ProcessEnv): Session {
  const life = AbortSignal.timeout(3 * patience);
  return Bitbucket.session(apiUrl, env, life);
}

function logOf({ [variable.repositoryName]: name, [variable.buildNumber]: build }: NodeJS.ProcessEnv) {
  return name && build ? `https://bitbucket.org/${name}/pipelines/results/${build}` : undefined;
}

async function postAlert({ report, failure }: Told, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const address = env[alertVariable];
  if (!address || report.overdue.length === 0) return undefined;
  if (!isAllowed(address))
    return `nobody was told: ${alertVariable} holds no https address; set it to one, or take it out`;
  const overdue = report.ages.filter(({ name }) => report.overdue.includes(name));
  const text = `${report.stack}: older than their limit: ${report.overdue.join(", ")}`;
  const json = { text, stack: report.stack, asOf: report.asOf, overdue, failed: failure !== undefined };
  const said = await send(address, { method: "POST", json, timeout: patience }).then(
    ({ ok, status }) => (ok ? undefined : `it answered ${status}`),
    (error: unknown) =>
      `it did not answer (${error instanceof HttpError ? error.reason : (error as Error).name})`,
  );
  return said && `nobody was told at ${alertVariable}: ${said}`;
}

function isAllowed(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname))
  );
}
