/**
 * `bitbucket-pipelines.yml`, as far as the runner runs it: default, branch and custom pipelines made of steps
 * (https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/).
 *
 * What only tunes the machine (images, sizes, caches, time) is read over. What would change the outcome and is
 * not run here (parallel steps, stages, pipes, artifacts, services) is an error rather than a silent omission.
 */
import { parse } from "yaml";
import { z } from "zod";
import { type Cache, type Selector, type Step } from "./code";
import { newUuid } from "./identifiers";
import { selectorMatches } from "./match";

const tuning = {
  image: z.unknown().optional(),
  size: z.string().optional(),
  clone: z.strictObject({ enabled: z.boolean().optional(), depth: z.unknown().optional() }).optional(),
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
/** https://support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions/, "custom" */
const variables = z
  .array(
    z.strictObject({
      name: z.string(),
      default: z.string().optional(),
      "allowed-values": z.array(z.string()).optional(),
      description: z.string().optional(),
    }),
  )
  .min(1);
const custom = z
  .array(z.strictObject({ step: step.optional(), variables: variables.optional() }))
  .refine(
    (all) =>
      all.every(({ step, variables }, index) => (index === 0 ? !step !== !variables : step && !variables)),
    {
      error: "expected steps, and before them variables at most",
    },
  )
  .transform((all) => ({
    variables: all[0]?.variables ?? [],
    steps: all.flatMap(({ step }) => (step ? [{ step }] : [])),
  }))
  .refine(({ steps }) => steps.length > 0, { error: "expected a step" });
/** Those that Bitbucket knows by itself, as far as their folder lies in the clone. */
const knownCaches: Readonly<Record<string, string>> = { node: "node_modules" };

const file = z.strictObject({
  image: z.unknown().optional(),
  options: z.unknown().optional(),
  clone: tuning.clone,
  definitions: z.looseObject({ caches: z.record(z.string(), z.string()).optional() }).optional(),
  pipelines: z.strictObject({
    default: steps.optional(),
    branches: z.record(z.string(), steps).default({}),
    custom: z.record(z.string(), custom).default({}),
  }),
});

/** A variable of one run. */
export interface Given {
  readonly key: string;
  readonly value: string;
  readonly secured: boolean;
}

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
  given: readonly Given[] = [],
): { readonly selector: Selector; readonly steps: Step[]; readonly variables: Given[] } {
  const parsed = read(text);
  const { pipelines } = parsed;
  const made = (written: readonly z.infer<typeof steps>[number][]): Step[] =>
    written.map((each, index) => stepOf(each, index, parsed));
  if (asked !== undefined) {
    const found = pipelines.custom[asked];
    if (found) {
      const selector = { type: "custom", pattern: asked } as const;
      return { selector, steps: made(found.steps), variables: [...defaultsOf(found, given), ...given] };
    }
    const names = Object.keys(pipelines.custom).join(", ") || "none";
    throw new PipelineFileError(`no custom pipeline "${asked}" (there are: ${names})`);
  }
  const patterns = Object.keys(pipelines.branches).sort(
    (one, other) => Number(other === branch) - Number(one === branch) || other.length - one.length,
  );
  const pattern = patterns.find((each) => selectorMatches(each, branch));
  const matching = pattern === undefined ? undefined : pipelines.branches[pattern];
  if (pattern !== undefined && matching) {
    return { selector: { type: "branches", pattern }, steps: made(matching), variables: [...given] };
  }
  if (pipelines.default)
    return { selector: { type: "default" }, steps: made(pipelines.default), variables: [...given] };
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

/** What the file declares and the start leaves out. @throws PipelineFileError for a value that is not allowed */
function defaultsOf({ variables: declared }: z.infer<typeof custom>, given: readonly Given[]): Given[] {
  return declared.flatMap(({ name, default: value, "allowed-values": allowed }) => {
    const asked = given.find(({ key }) => key === name);
    if (asked !== undefined && allowed !== undefined && !allowed.includes(asked.value)) {
      throw new PipelineFileError(`${name}: "${asked.value}" is none of ${allowed.join(", ")}`);
    }
    return asked === undefined && value !== undefined ? [{ key: name, value, secured: false }] : [];
  });
}

function cacheOf(name: string, { definitions }: z.infer<typeof file>): Cache {
  const path = definitions?.caches?.[name] ?? knownCaches[name];
  if (path !== undefined && !/^[~/]|(^|\/)\.\.(\/|$)/.test(path)) return { name, path };
  throw new PipelineFileError(`cache ${name}: no folder within the clone is defined for it`);
}

function stepOf(
  { step: written }: z.infer<typeof steps>[number],
  index: number,
  whole: z.infer<typeof file>,
): Step {
  const clone = written.clone?.enabled ?? whole.clone?.enabled ?? true;
  const { oidc } = written;
  const audiences = typeof oidc === "object" ? oidc.audiences : [];
  return {
    uuid: newUuid(),
    name: written.name ?? `Step ${index + 1}`,
    script: written.script,
    ...(written.deployment === undefined ? {} : { deployment: written.deployment }),
    ...(oidc === false ? {} : { oidc: { audiences } }),
    ...(written.caches && { caches: written.caches.map((name) => cacheOf(name, whole)) }),
    ...(clone ? {} : { noClone: true }),
    manual: written.trigger === "manual",
    status: "PENDING",
    log: "",
  };
}
