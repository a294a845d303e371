/**
 * Runs the checks one after the other, cleaning up after each, and says of each what came of it. What needs a
 * build to be seen is not among them; it is listed, so that nobody takes silence for a yes.
 */
import { type Check } from "./check";
import { accessChecks } from "./checks/access";
import { generalChecks } from "./checks/general";
import { pipelineChecks } from "./checks/pipelines";
import { Differs, NotExamined, Site, type SiteOptions } from "./site";

export const checks: readonly Check[] = [...generalChecks, ...accessChecks, ...pipelineChecks];

/** What the emulator holds to be so, and no check looks at: it takes a build, other people or other credentials. */
export const neverExamined: readonly string[] = [
  "the variables of a step are all read when it starts",
  "branchName and accountUuid in the token of a step",
  "who may push, merge and deploy: it takes several people",
  "access tokens, and the headers that tell them of their limit",
  "the limit of requests an hour, and bursts",
  "the Organizations API of a workspace administered at admin.atlassian.com",
];

export type Outcome = "conforms" | "differs" | "not examined" | "failed";

export interface Result {
  readonly name: string;
  readonly uncertain: boolean;
  readonly outcome: Outcome;
  /** What was seen, or why it could not be. */
  readonly note?: string;
  /** What the check made and could not remove. */
  readonly left: readonly string[];
}

/**
 * Runs the checks against a workspace.
 *
 * @param told hears of each result as it comes
 */
export async function conformance(
  options: SiteOptions,
  told: (result: Result) => void = () => undefined,
): Promise<readonly Result[]> {
  const site = new Site(options);
  const results: Result[] = [];
  for (const check of checks) {
    const outcome = await outcomeOf(check, site);
    const result = {
      name: check.name,
      uncertain: check.uncertain ?? false,
      ...outcome,
      left: await site.clean(),
    };
    results.push(result);
    told(result);
  }
  return results;
}

async function outcomeOf(check: Check, site: Site): Promise<Pick<Result, "outcome" | "note">> {
  try {
    const note = await check.run(site);
    return { outcome: "conforms", ...(note === undefined ? {} : { note }) };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    if (error instanceof Differs) return { outcome: "differs", note };
    if (error instanceof NotExamined) return { outcome: "not examined", note };
    return { outcome: "failed", note };
  }
}
