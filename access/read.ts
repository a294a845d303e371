/**
 * From the texts of the data files to what is declared: the one way in, for the program, the commands and the policy
 * pack, whether the texts come from a folder or from a commit. What is wrong in any file is a problem; all of them come
 * together.
 */
import { settingsSince, type Baseline } from "./baseline";
import {
  accessFile,
  exceptionsFile,
  lockFile,
  stackFile,
  stackOfFile,
  stacksFolder,
  type DataTexts,
} from "./dataFiles";
import { readExceptions, type Exception, type RuleNames } from "./exceptions";
import type { Model, Settings } from "./model";
import { parseAccess, type LockText } from "./file/parse";
import { Positions, type Place } from "./file/positions";
import { originOf, type Resource } from "./origin";
import { sortProblems, type Problem } from "./problem";
import { nearest } from "./nearest";
import { machineProblems, onThisMachine, parseSettings, parseStackFile } from "./settings/settings";
import { rivalProblems } from "./settings/stacks";
import { rotationProblems } from "./settings/rotations";
import { readAccess } from "./checks/validate";
import { compareEnds } from "./until";

/** The settings of one stack, as they hold on this machine. */
export interface SettingsReading {
  /** Example: `stacks/Pulumi.prod.yaml`. */
  readonly file: string;
  /** Undefined where they have problems. */
  readonly settings?: Settings;
  readonly positions?: Positions;
  readonly problems: readonly Problem[];
}

/** Where what is declared stands. */
export interface Places {
  /** In `access.yaml`, by paths of the model. */
  readonly access: Positions;
  /** In the stack file, by paths of the settings. */
  readonly stack: Positions;
}

/** What the data files say, as far as they can be read. */
export interface Reading {
  /** Undefined where `access.yaml` is not well formed. */
  readonly model?: Model;
  readonly settings?: Settings;
  /** The moment that everything is evaluated at. */
  readonly asOf: Date;
  readonly exceptions: readonly Exception[];
  /** None: everything above is there, and means something. */
  readonly problems: readonly Problem[];
  /** What is legal, and still worth knowing. */
  readonly warnings: readonly Problem[];
  /** Undefined where there are problems, or a run goes by what the stack was last brought up with. */
  readonly places?: Places;
}

/**
 * Reads the settings of a stack. Never throws.
 *
 * @param env the environment variables, some of which replace settings of the stack `local`
 * @param values what the engine made of the stack file: it alone decrypts. Default: what the text says
 */
export function readSettings(
  texts: DataTexts,
  stack: string,
  env: Readonly<Record<string, string | undefined>>,
  values?: unknown,
): SettingsReading {
  const file = stackFile(stack);
  const text = texts.get(file);
  if (values === undefined && text === undefined) return { file, problems: [noStackFile(file, texts)] };
  const problems = machineProblems(stack, env);
  const read = values === undefined ? parseStackFile(text ?? "", file) : parseSettings(values, file, text);
  if (!read.ok) return { file, problems: [...problems, ...read.problems] };
  if (problems.length > 0) return { file, problems };
  const { settings, positions } = read;
  return { file, settings: onThisMachine(settings, stack, env), positions, problems: [] };
}

/**
 * Reads the rest. Never throws.
 *
 * @param own the settings that it is meant for
 * @param rules names of the rules that an exception can be from, or any; absent: `exceptions.yaml` is not read
 * @param baseline what a run that does one thing goes by, in place of the files; rotations are by the stack file as it is
 */
export function readDeclared(
  texts: DataTexts,
  own: SettingsReading,
  asOf: Date,
  rules?: RuleNames,
  baseline?: Baseline,
): Reading {
  if (baseline !== undefined) return readSince(baseline, texts, own, asOf, rules);
  const { file, settings, positions } = own;
  const text = texts.get(accessFile);
  const access = text === undefined ? undefined : readAccess(text, accessFile, settings, lockOf(texts), asOf);
  const model = access?.model;
  const stack = settings && { file, settings, ...(positions && { positions }) };
  const { exceptions, problems: mistaken } = exceptionsIn(texts, rules, model, asOf);
  const problems = [
    ...own.problems,
    ...(access === undefined ? [noAccessFile] : access.ok ? [] : access.problems),
    ...(stack ? rivalProblems(stack, stackTextsOf(texts)) : []),
    ...(stack && access?.ok ? rotationProblems(access.model, stack) : []),
    ...mistaken,
  ];
  return {
    ...(model && { model }),
    ...(settings && { settings }),
    asOf,
    exceptions,
    problems: sortProblems(problems),
    warnings: access?.warnings ?? [],
    ...(access?.ok && { places: { access: access.positions, stack: positions ?? new Positions(file) } }),
  };
}

function readSince(
  baseline: Baseline,
  texts: DataTexts,
  { settings, problems }: SettingsReading,
  asOf: Date,
  rules?: RuleNames,
): Reading {
  const { model } = baseline;
  const { exceptions, problems: mistaken } = exceptionsIn(texts, rules, model, asOf);
  return {
    model,
    ...(settings && { settings: settingsSince(baseline, settings) }),
    asOf,
    exceptions: exceptions.filter((one) => isHeld(one, baseline.exceptions)),
    problems: sortProblems([...problems, ...mistaken]),
    warnings: [],
  };
}

/** A new exception, or a longer one, waits for the deploy that asks about it. */
function isHeld({ rule, on, until }: Exception, deployed: readonly Exception[] | undefined): boolean {
  // A baseline of before says nothing of them.
  return (
    deployed === undefined ||
    deployed.some((one) => one.rule === rule && one.on === on && compareEnds(one.until, until) >= 0)
  );
}

function exceptionsIn(
  texts: DataTexts,
  rules: RuleNames | undefined,
  model: Model | undefined,
  asOf: Date,
): ReturnType<typeof readExceptions> {
  if (rules === undefined) return { exceptions: [], problems: [] };
  return readExceptions(texts.get(exceptionsFile), { rules, model, asOf });
}

/** The model of a well-formed `access.yaml`, whatever it means; for names of people and teams alone. */
export function modelIn(texts: DataTexts): Model | undefined {
  const parsed = parseAccess(texts.get(accessFile) ?? "", accessFile, lockOf(texts));
  return parsed.ok ? parsed.model : undefined;
}

/**
 * Says of a resource which line it comes from: of `access.yaml`, or of the stack's file. Undefined: of none, or of none that
 * can be read.
 */
export function placesIn(
  texts: DataTexts,
  { settings, positions }: SettingsReading,
): (resource: Resource, said: string) => Place | undefined {
  const parsed = parseAccess(texts.get(accessFile) ?? "", accessFile, lockOf(texts));
  const known = parsed.ok ? parsed : parsed.salvaged;
  return (resource, said) => {
    if (known === undefined) return undefined;
    const { model } = known;
    const origin = originOf(resource, { model, environment: settings?.environment, said });
    const file = origin?.of === "model" ? known.positions : positions;
    return origin && file?.at(origin.path, "key");
  };
}

function lockOf(texts: DataTexts): LockText | undefined {
  const text = texts.get(lockFile);
  return text === undefined ? undefined : { text, file: lockFile };
}

/** The texts of all stack files, in the order of their names. */
export function stackTextsOf(texts: DataTexts): { readonly file: string; readonly text: string }[] {
  return [...texts]
    .filter(([path]) => stackOfFile(path) !== undefined)
    .map(([file, text]) => ({ file, text }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

const noAccessFile: Problem = {
  file: accessFile,
  path: "",
  found: "no such file",
  fix: "put it beside Pulumi.yaml",
};

function noStackFile(file: string, texts: DataTexts): Problem {
  const stacks = stackTextsOf(texts).map((one) => stackOfFile(one.file));
  const meant = nearest(
    stackOfFile(file) ?? "",
    stacks.filter((one) => one !== undefined),
  );
  const fix =
    meant === undefined ? `name a stack that has a file in ${stacksFolder}/` : `did you mean "${meant}"?`;
  return { file, path: "", found: "no such file", allowed: stacks.join(", ") || "none is there", fix };
}
