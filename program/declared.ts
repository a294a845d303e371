/**
 * What the program declares: the settings of the stack, as the engine hands them over, and the data files beside it.
 * Whatever is wrong is said at once, before the first resource.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  compile,
  InvalidAccess,
  momentKept,
  projectName,
  renderProblems,
  type Baseline,
  type Desired,
  type Exception,
  type Model,
  type Places,
  type Settings,
} from "../access";
import { baselineRunOf } from "../checkout/baselineRun";
import { commitOf } from "../checkout/commit";
import { readStack } from "../checkout/stack";

export interface Declared {
  readonly model: Model;
  readonly settings: Settings;
  readonly desired: Desired;
  /** The moment of the run. */
  readonly asOf: Date;
  readonly exceptions: readonly Exception[];
  /** Where it stands in the files; undefined for a run that goes by what the stack was last brought up with. */
  readonly places: Places | undefined;
  /** What the stack will have been brought up with once everything is made, but for what follows from the run before. */
  readonly baseline: Baseline;
}

/** @throws pulumi.RunError that lists every problem of the settings and of `access.yaml` */
export function declared(): Declared {
  const { model, settings, exceptions, asOf, warnings, places } = read();
  for (const warning of warnings) void pulumi.log.warn(renderProblems([warning]));
  const baseline = baselineAfter({ model, settings, asOf: momentKept({ model, exceptions }, asOf) });
  const judgedAt = baselineRunOf(process.env)?.purpose === "rotation" ? new Date(baseline.asOf) : asOf;
  const desired = compile(model, settings, judgedAt);
  return { model, settings, exceptions, places, desired, asOf, baseline };
}

/**
 * Of a run that does one thing, what the last run has declared: of one that rotates all of it, and of one that takes away
 * what has expired what is left of it at this moment, unless something stays that the next one has to take.
 */
function baselineAfter(read: Baseline): Baseline {
  const run = baselineRunOf(process.env);
  if (run !== undefined)
    return run.purpose === "expiry" && run.partial !== true
      ? { ...run.baseline, asOf: read.asOf }
      : run.baseline;
  const commit = commitOf(".", process.env);
  return { ...read, ...(commit !== undefined && { commit }) };
}

function read(): ReturnType<typeof readStack> {
  try {
    const values = valuesOf(new pulumi.Config(projectName));
    return readStack(".", pulumi.getStack(), process.env, { values, rules: "any" });
  } catch (error) {
    if (!(error instanceof InvalidAccess)) throw error;
    const { length } = error.problems;
    const count = length === 1 ? "1 problem" : `${length} problems`;
    throw new pulumi.RunError(`${count}; nothing was changed\n${error.message}`);
  }
}

/** The engine hands every setting over as text: maps as JSON, words as they are. */
function valuesOf(config: pulumi.Config): Record<string, unknown> {
  const own = `${projectName}:`;
  const names = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(own))
    .map((key) => key.slice(own.length));
  return Object.fromEntries(names.map((name) => [name, valueOf(config.require(name))]));
}

/** A word that could be JSON, too, stays a word. Example: an environment called `null`. */
function valueOf(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
