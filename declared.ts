/**
 * The effects at the beginning of the program: the dials of the stack, `access.yaml` and the clock are read here and
 * nowhere else. Whatever is wrong is said at once, before the first resource.
 */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  compile,
  dayOf,
  onThisMachine,
  parseSettings,
  parseStackFile,
  projectName,
  readAccess,
  renderProblems,
  rivalProblems,
  settingsSince,
  turnProblems,
  type Baseline,
  type Desired,
  type Model,
  type Positions,
  type Problem,
  type Settings,
  type SettingsResult,
} from "./access";
import { baselineRunOf, type BaselineRun } from "./operations/baselineRun";
import { commitOf } from "./operations/commit";
import { lockText, momentOf, stackTexts } from "./operations/stack";

export interface Declared {
  readonly model: Model;
  readonly settings: Settings;
  readonly desired: Desired;
  /** The moment of the run. */
  readonly asOf: Date;
  /** What the stack will have been brought up with once everything is made. */
  readonly baseline: Baseline;
}

/** @throws pulumi.RunError that lists every problem of the dials and of `access.yaml` */
export function declared(): Declared {
  const stack = pulumi.getStack();
  const stackFile = `stacks/Pulumi.${stack}.yaml`;
  const read = parseSettings(dialsOf(new pulumi.Config(projectName)), stackFile);
  const run = baselineRunOf(process.env);
  if (run !== undefined) return declaredBefore(run, read);
  const settings = read.ok ? onThisMachine(read.settings, stack, process.env) : undefined;
  const asOf = settings && momentOf(settings, process.env);
  const text = readFileSync("access.yaml", "utf8");
  const access = readAccess(text, "access.yaml", settings, lockText("."), asOf);

  const texts = stackTexts(".");
  const rivals = settings ? rivalProblems({ file: stackFile, settings }, texts) : [];
  const positions = positionsIn(texts.find(({ file }) => file === stackFile));
  const turns =
    settings && access.ok
      ? turnProblems(access.model, { file: stackFile, settings, ...(positions && { positions }) })
      : [];
  refuse([...(read.ok ? [] : read.problems), ...(access.ok ? [] : access.problems), ...rivals, ...turns]);
  if (settings === undefined || asOf === undefined || !access.ok)
    throw new Error("problems were found but not refused");

  for (const warning of access.warnings) void pulumi.log.warn(renderProblems([warning]));
  const { model } = access;
  const commit = commitOf(".", process.env);
  const baseline = { model, settings, asOf: dayOf(asOf), ...(commit !== undefined && { commit }) };
  return { model, settings, desired: compile(model, settings, asOf), asOf, baseline };
}

/**
 * What the last run has declared: of a run that rotates all of it, and of one that takes away what has expired what is
 * left of it at this moment.
 */
function declaredBefore({ purpose, baseline }: BaselineRun, read: SettingsResult): Declared {
  if (!read.ok) throw refusal(read.problems);
  const { model } = baseline;
  const settings = settingsSince(baseline, read.settings);
  const asOf = momentOf(settings, process.env);
  const next = purpose === "expiry" ? { ...baseline, asOf: dayOf(asOf) } : baseline;
  return { model, settings, desired: compile(model, settings, new Date(next.asOf)), asOf, baseline: next };
}

/** Where the dials stand: the engine hands over what they say, and not that. */
function positionsIn(stack: { file: string; text: string } | undefined): Positions | undefined {
  const read = stack && parseStackFile(stack.text, stack.file);
  return read?.ok ? read.positions : undefined;
}

/** The engine hands every dial over as text: maps and switches as JSON, words as they are. */
function dialsOf(config: pulumi.Config): Record<string, unknown> {
  const own = `${projectName}:`;
  const dials = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(own))
    .map((key) => key.slice(own.length));
  return Object.fromEntries(dials.map((dial) => [dial, valueOf(config.require(dial))]));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw refusal(problems);
}

function refusal(problems: readonly Problem[]): pulumi.RunError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError(`${count}; nothing was changed\n${renderProblems(problems)}`);
}
