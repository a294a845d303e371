/**
 * Runs the checks one after the other, cleaning up after each, and says of each what came of it. What needs a
 * build to be seen is not among them; it is listed, so that nobody takes silence for a yes.
 */
import { type Check } from "./check";
import { accessChecks } from "./checks/access";
import { generalChecks } from "./checks/general";
import { pipelineChecks } from "./checks/pipelines";
import type { Readings } from "../readings";
import { asCheck, questions } from "./questions";
import { Differs, NotExamined, Site, type SiteOptions } from "./site";

export const checks: readonly Check[] = [...generalChecks, ...accessChecks, ...pipelineChecks];

/** What the emulator holds to be so, and no check looks at: it takes a build, other people or other credentials. */
export const neverExamined: readonly string[] = [
  "the variables of a step are all read when it starts",
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

export interface Conformance {
  readonly results: readonly Result[];
  /** What is true there of what the documents leave open; what is not named stays open. */
  readonly readings: Partial<Readings>;
}

/**
 * Runs the checks against a workspace, then asks the open questions.
 *
 * @param options `pipeline`: whether a build may be started, which costs minutes. Default false
 * @param told hears of each result as it comes
 */
export async function conformance(
  { pipeline = false, ...options }: SiteOptions & { readonly pipeline?: boolean },
  told: (result: Result) => void = () => undefined,
): Promise<Conformance> {
  const site = new Site(options);
  const results: Result[] = [];
  let readings: Partial<Readings> = {};
  const asked = questions.map((question) => {
    const isLeft = question.needs.startsWith("--pipeline") && !pipeline;
    const ask = () => Promise.reject(new NotExamined(`it needs ${question.needs}`));
    return asCheck(
      isLeft ? { ...question, ask } : question,
      (found) => (readings = { ...readings, ...found }),
    );
  });
  for (const check of [...checks, ...asked]) {
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
  return { results, readings };
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
