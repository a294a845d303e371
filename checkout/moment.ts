/**
 * The moment that grants, rotations and rules are evaluated at: one for a whole command. Our own functions pass it on as an
 * argument; the program and the policy pack, which are processes of their own, get it by one environment variable.
 */
import type { Problem, SettingsReading } from "../access";
import { variable } from "../access/environment";

type Env = Readonly<Record<string, string | undefined>>;

/** A command sets it for the engine that it runs: see {@link withMoment}. */
export const momentVariable = variable.moment;

/** What is allowed where a person writes a moment. */
export const momentWords = 'a moment with its time zone, as in "2026-11-23T12:00:00Z"';

/** The environment of an engine whose program and policy pack evaluate at this moment. */
export function withMoment(env: NodeJS.ProcessEnv, asOf: Date): NodeJS.ProcessEnv {
  return { ...env, [momentVariable]: asOf.toISOString() };
}

/** @returns undefined where the text is none */
export function parseMoment(text: string): Date | undefined {
  const moment = new Date(text);
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isWhole && !Number.isNaN(moment.getTime()) ? moment : undefined;
}

/**
 * The moment of a command: what the setting `asOf` says, else what the command was given, else now.
 *
 * @param given by an argument; undefined: the environment variable counts, which a command above may have set
 * @returns beside it, what is wrong: a variable that holds no moment, and two moments that differ
 */
export function momentOf(
  { file, settings, positions }: SettingsReading,
  env: Env,
  given?: Date,
): { readonly asOf: Date; readonly problems: readonly Problem[] } {
  const text = env[momentVariable] === "" ? undefined : env[momentVariable];
  const other = given ?? (text === undefined ? undefined : parseMoment(text));
  const fixed = settings?.asOf === undefined ? undefined : new Date(settings.asOf);
  const problems: Problem[] = [];
  if (given === undefined && text !== undefined && other === undefined)
    problems.push({
      file: `environment variable ${momentVariable}`,
      path: "",
      found: JSON.stringify(text),
      allowed: momentWords,
      fix: "correct it, or unset it",
    });
  if (fixed !== undefined && other !== undefined && fixed.getTime() !== other.getTime())
    problems.push({
      ...(positions?.at(["asOf"]) ?? { file, path: "asOf" }),
      found: `${fixed.toISOString()}, while this run was given ${other.toISOString()}`,
      fix: "take asOf out of the stack file, or name no other moment",
    });
  return { asOf: fixed ?? other ?? new Date(), problems };
}

/** Whether a problem is about the moment, which is no file's. */
export function isOfMoment({ file }: Problem): boolean {
  return file.endsWith(momentVariable);
}
