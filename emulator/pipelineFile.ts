/**
 * `bitbucket-pipelines.yml`, as far as the runner runs it: default, branch and custom pipelines made of steps
 * (https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/).
 *
 * What only tunes the machine (images, sizes, caches, time) is read over. What would change the outcome and is
 * not run here (parallel steps, stages, pipes, artifacts, services) is an error rather than a silent omission.
 */
import { parse } from "yaml";
import { z } from "zod";
import { type Selector, type Step } from "./entities";
import { newUuid } from "./identifiers";
import { selectorMatches } from "./match";

const tuning = {
  image: z.unknown().optional(),
  size: z.string().optional(),
  clone: z.unknown().optional(),
  caches: z.array(z.string()).optional(),
  "max-time": z.number().optional(),
};

const step = z.strictObject({
  ...tuning,
  name: z.string().optional(),
  script: z.array(z.string({ error: "only commands are run, pipes are not" })).min(1),
  deployment: z.string().optional(),
  trigger: z.enum(["automatic", "manual"]).default("automatic"),
  oidc: z.union([z.boolean(), z.strictObject({ audiences: z.array(z.string()).min(1) })]).default(false),
});
const steps = z.array(z.strictObject({ step })).min(1);

const file = z.strictObject({
  image: z.unknown().optional(),
  options: z.unknown().optional(),
  clone: z.unknown().optional(),
  definitions: z.unknown().optional(),
  pipelines: z.strictObject({
    default: steps.optional(),
    branches: z.record(z.string(), steps).default({}),
    custom: z.record(z.string(), steps).default({}),
  }),
});

/** Why a pipeline cannot be started from a file. */
export class PipelineFileError extends Error {}

/**
 * The steps that a selector means for a branch, and the selector in full.
 *
 * @param text content of the file
 * @param asked a custom pipeline by name; undefined: what a push to the branch would start
 * @throws PipelineFileError if the file is not understood or has no such pipeline
 */
export function stepsFor(
  text: string,
  branch: string,
  asked?: string,
): { readonly selector: Selector; readonly steps: Step[] } {
  const { pipelines } = read(text);
  if (asked !== undefined) {
    const found = pipelines.custom[asked];
    if (found) return { selector: { type: "custom", pattern: asked }, steps: found.map(stepOf) };
    const names = Object.keys(pipelines.custom).join(", ") || "none";
    throw new PipelineFileError(`no custom pipeline "${asked}" (there are: ${names})`);
  }
  const patterns = Object.keys(pipelines.branches).sort(
    (one, other) => Number(other === branch) - Number(one === branch) || other.length - one.length,
  );
  const pattern = patterns.find((each) => selectorMatches(each, branch));
  const matching = pattern === undefined ? undefined : pipelines.branches[pattern];
  if (pattern !== undefined && matching) {
    return { selector: { type: "branches", pattern }, steps: matching.map(stepOf) };
  }
  if (pipelines.default) return { selector: { type: "default" }, steps: pipelines.default.map(stepOf) };
  throw new PipelineFileError(`no pipeline for the branch ${branch}, and no default`);
}

function read(text: string): z.infer<typeof file> {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new PipelineFileError(`not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = file.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new PipelineFileError(issues.join("; "));
}

function stepOf({ step: written }: z.infer<typeof steps>[number], index: number): Step {
  const { oidc } = written;
  const audiences = typeof oidc === "object" ? oidc.audiences : [];
  return {
    uuid: newUuid(),
    name: written.name ?? `Step ${index + 1}`,
    script: written.script,
    ...(written.deployment === undefined ? {} : { deployment: written.deployment }),
    ...(oidc === false ? {} : { oidc: { audiences } }),
    manual: written.trigger === "manual",
    status: "PENDING",
    log: "",
  };
}
