/**
 * Who hears of what a nightly run has found. A build that failed is easily taken for one more build; so the commit that it ran
 * on gets a report, and an address that somebody listens at gets a message.
 */
import { HttpError, send } from "@bitbucket-keycloak/http";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { variable } from "../access/environment";
import type { Insights } from "./pull-request/insights";

/** Address that is posted to, https, or http on this machine. May hold a secret, so it is never shown. */
export const alertVariable = variable.rotationAlert;

const patience = 10_000;
const reports = "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}";

/** How a message went: told, or why nobody was; undefined where there is nobody to tell. */
export type Told = { readonly to: string } | { readonly problem: string } | undefined;

/** Details are cut at the 2,000 characters that Bitbucket takes. */
export async function report(
  reportId: string,
  { details, ...insights }: Omit<Insights, "report_type" | "reporter" | "link">,
  apiUrl: string,
  env: NodeJS.ProcessEnv,
): Promise<Told> {
  const built = builtIn(env);
  if (built === undefined) return undefined;
  const { commit } = built;
  const log = logOf(env);
  const body = {
    type: "report",
    ...insights,
    details: details.slice(0, 2000),
    report_type: "SECURITY",
    reporter: "bitbucket-keycloak",
    ...(log !== undefined && { link: log }),
  };
  try {
    // The document says that a value is an object; it is what its type says.
    await Bitbucket.session(apiUrl, env, AbortSignal.timeout(3 * patience)).put(
      reports,
      { ...built, reportId },
      body as never,
    );
    return { to: `the commit ${commit.slice(0, 12)}` };
  } catch (error) {
    return { problem: `the commit ${commit} got no report: ${(error as Error).message}` };
  }
}

/** Whether there is anybody who could be told. */
export function isHeard(env: NodeJS.ProcessEnv): boolean {
  return builtIn(env) !== undefined || Boolean(env[alertVariable]);
}

/** The commit that this pipeline runs on; anywhere else there is none. */
function builtIn(
  env: NodeJS.ProcessEnv,
): { workspace: string; repo_slug: string; commit: string } | undefined {
  const { [variable.workspace]: workspace, [variable.repositorySlug]: slug, [variable.commit]: commit } = env;
  return workspace && slug && commit ? { workspace, repo_slug: slug, commit } : undefined;
}

function logOf({ [variable.repositoryName]: name, [variable.buildNumber]: build }: NodeJS.ProcessEnv) {
  return name && build ? `https://bitbucket.org/${name}/pipelines/results/${build}` : undefined;
}

/** @param json what is sent; `text` is what chats show */
export async function post(
  json: { readonly text: string } & Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): Promise<Told> {
  const address = env[alertVariable];
  if (!address) return undefined;
  if (!isAllowed(address))
    return {
      problem: `nobody was told: ${alertVariable} holds no https address; set it to one, or take it out`,
    };
  const said = await send(address, { method: "POST", json, timeout: patience }).then(
    ({ ok, status }) => (ok ? undefined : `it answered ${status}`),
    (error: unknown) =>
      `it did not answer (${error instanceof HttpError ? error.reason : (error as Error).name})`,
  );
  return said === undefined
    ? { to: alertVariable }
    : { problem: `nobody was told at ${alertVariable}: ${said}` };
}

function isAllowed(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname))
  );
}
