/**
 * What a checkout declares for one stack. The program, the commands and the policy pack all read it here, so that none
 * of them evaluates other settings, another model or another moment than the others.
 */
import {
  InvalidAccess,
  readDeclared,
  readSettings,
  settingsSince,
  sortProblems,
  stackOfFile,
  stackTextsOf,
  type Baseline,
  type DataTexts,
  type Exception,
  type Model,
  type Places,
  type Problem,
  type Reading,
  type RuleNames,
  type Settings,
  type SettingsReading,
} from "../access";
import { baselineRunOf } from "./baselineRun";
import { textsIn } from "./folder";
import { momentOf } from "./moment";

export interface ReadOptions {
  /** The moment that the command was given. Default: the environment variable's, else now. */
  readonly asOf?: Date | undefined;
  /** Names of the rules that an exception can be from, or any. Default: `exceptions.yaml` is not read. */
  readonly rules?: RuleNames;
  /** The settings by name, as the engine hands them over. Default: what the stack file says. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Texts to read in place of those that the folder has. */
  readonly texts?: DataTexts;
}

export interface Declared {
  readonly model: Model;
  readonly settings: Settings;
  /** The moment that everything is evaluated at. */
  readonly asOf: Date;
  readonly exceptions: readonly Exception[];
  readonly warnings: readonly Problem[];
  /** Undefined where a run goes by what the stack was last brought up with. */
  readonly places?: Places;
}

/**
 * Reads as far as the files can be read: what the stack was last brought up with in their place, where `env` says that the
 * run goes by it. Never throws because of what they say.
 *
 * @param folder the folder of Pulumi.yaml
 */
export function readCheckout(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  { asOf: given, rules, values, texts = textsIn(folder) }: ReadOptions = {},
): Reading {
  const own = readSettings(texts, stack, env, values);
  const run = baselineRunOf(env);
  if (run?.purpose === "expiry") return readEnding(run.baseline, own, env, given);
  const { asOf, problems } = momentOf(own, env, given);
  const read = readDeclared(texts, own, asOf, rules, run?.baseline);
  return { ...read, problems: sortProblems([...read.problems, ...problems]) };
}

/** What has ended goes, whatever the files of the checkout say by now, wrong as they may be: nobody has approved of them. */
function readEnding(
  baseline: Baseline,
  { file, settings: today }: SettingsReading,
  env: NodeJS.ProcessEnv,
  given: Date | undefined,
): Reading {
  const { model, exceptions = [] } = baseline;
  const settings = today === undefined ? baseline.settings : settingsSince(baseline, today);
  const { asOf, problems } = momentOf({ file, settings, problems: [] }, env, given);
  return { model, settings, asOf, exceptions, problems, warnings: [] };
}

/**
 * Reads what has to be right.
 *
 * @throws InvalidAccess with every problem of the files, of what another stack claims as well, and of the moment
 */
export function readStack(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  options: ReadOptions = {},
): Declared {
  const { model, settings, problems, ...rest } = readCheckout(folder, stack, env, options);
  if (problems.length > 0 || model === undefined || settings === undefined) throw new InvalidAccess(problems);
  return { model, settings, ...rest };
}

/**
 * The settings of one stack alone, whatever `access.yaml` says.
 *
 * @throws InvalidAccess with every problem of the stack file
 */
export function settingsOf(folder: string, stack: string, env: NodeJS.ProcessEnv): Settings {
  const { settings, problems } = readSettings(textsIn(folder), stack, env);
  if (settings === undefined) throw new InvalidAccess(problems);
  return settings;
}

/** The texts of all stack files. */
export function stackTexts(folder: string): ReturnType<typeof stackTextsOf> {
  return stackTextsOf(textsIn(folder));
}

/** The settings of every stack whose file can be read, by name, in the order of the files. */
export function settingsOfStacks(folder: string, env: NodeJS.ProcessEnv): Map<string, Settings> {
  const texts = textsIn(folder);
  const stacks = stackTextsOf(texts).flatMap(({ file }): [string, Settings][] => {
    const stack = stackOfFile(file) ?? "";
    const { settings } = readSettings(texts, stack, env);
    return settings ? [[stack, settings]] : [];
  });
  return new Map(stacks);
}
