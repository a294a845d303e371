/**
 * What somebody changed by hand on a resource: what is there is neither what is declared now nor what the last run
 * declared. The state says what it had after the last run or refresh, no more: a right given by hand that a refresh has
 * read stands in it like any other.
 */
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { Inputs, LastRun } from "./lastRun";
import { topKeys, type EngineState, type Observed, type Step } from "./steps";

export interface DriftedPlace extends Omit<Step, "op"> {
  /** It is not there any more. */
  readonly gone: boolean;
  /** Example: `holders: added {"group":"support","permission":"admin"}`. */
  readonly what: readonly string[];
}

/**
 * @param urn of the resource
 * @returns undefined where nobody changed anything, as far as is known
 */
export function byHand(urn: string, observed: Observed, last: LastRun): DriftedPlace | undefined {
  const { recorded, found, planned } = observed;
  const { type, name } = readUrn(urn);
  const then = last.resources.find((one) => one.type === type && one.name === name)?.inputs;
  if (found === undefined) {
    // A refresh takes out of the state what it does not find: then whether the last run made it decides.
    const wasMade = last.isCurrent || then !== undefined;
    const isGone = recorded === undefined ? wasMade && planned?.op === "create" : planned?.op !== "delete";
    return isGone ? { type, name, gone: true, what: [] } : undefined;
  }
  const waiting = topKeys(planned?.detailedDiff);
  const before = recorded ?? found;
  const moved = observed.moved ?? waiting.filter((key) => !isSame(valueOf(before, key), valueOf(found, key)));
  const sides: Sides = {
    found,
    recorded: before,
    declared: planned?.newState,
    then: last.isCurrent ? undefined : then,
    isCurrent: last.isCurrent && planned?.newState !== undefined,
  };
  const what = [...new Set([...moved, ...waiting])]
    .sort()
    .flatMap((key) => wordsOn(key, sides, moved.includes(key)));
  return what.length === 0 ? undefined : { type, name, gone: false, what };
}

/** A resource as each side has it. */
interface Sides {
  readonly found: EngineState;
  /** By the state, before anything was read. */
  readonly recorded: EngineState;
  /** Undefined: not any more. */
  readonly declared: EngineState | undefined;
  /** What the last run declared, as far as the model says. */
  readonly then: Inputs | undefined;
  /** Whether the last run declared all of what is declared now. */
  readonly isCurrent: boolean;
}

/** @param isMoved whether it is other than the state has it */
function wordsOn(
  key: string,
  { found, recorded, declared, then, isCurrent }: Sides,
  isMoved: boolean,
): string[] {
  const wanted = declared?.inputs?.[key];
  const isAsDeclared = isCurrent && !isUnknown(wanted);
  const isKnown = isAsDeclared || (then !== undefined && key in then);
  // What nobody knows may be a change that waits to be brought up; unless it has moved since somebody wrote it down.
  if (!isKnown && !isMoved) return [];
  const is = valueOf(found, key);
  const was = isAsDeclared ? wanted : isKnown ? then?.[key] : valueOf(recorded, key);
  if (isSame(is, was)) return isHidden(is) ? [`${key}: changed`] : [];
  if (wanted !== undefined && isSame(is, wanted)) return [];
  if (Array.isArray(is) || Array.isArray(was)) return entriesOn(key, is, [was, wanted ?? was]);
  return [`${key}: ${word(was)} → ${word(is)}`];
}

/** A property, as it is there where that is known. */
export function valueOf({ inputs = {}, outputs = {} }: EngineState, key: string): unknown {
  return key in outputs ? outputs[key] : inputs[key];
}

/** What a preview cannot know: it follows from something that is yet to be made. */
function isUnknown(value: unknown): boolean {
  return JSON.stringify(value ?? "").includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
}

/** The engine says that it differs, and shows nothing of it. */
function isHidden(value: unknown): boolean {
  return JSON.stringify(value ?? "").includes('"[secret]"');
}

/** Entries that neither side has, and those of both that are missing. */
function entriesOn(key: string, is: unknown, sides: readonly unknown[]): string[] {
  const [here, ...there] = [is, ...sides].map((list) => (Array.isArray(list) ? list.map(canonical) : []));
  const all = there.reduce((both, list) => both.filter((entry) => list.includes(entry)));
  return [
    ...(here ?? [])
      .filter((entry) => !there.some((list) => list.includes(entry)))
      .map((entry) => `${key}: added ${entry}`),
    ...all.filter((entry) => here?.includes(entry) !== true).map((entry) => `${key}: removed ${entry}`),
  ];
}

function word(value: unknown): string {
  return value === undefined ? "nothing" : canonical(value);
}

/** Whether two values are the same, whatever the order of a list's entries. */
export function isSame(one: unknown, other: unknown): boolean {
  const text = (value: unknown) =>
    Array.isArray(value) ? JSON.stringify(value.map(canonical).sort()) : canonical(value ?? []);
  return text(one) === text(other);
}

/** As text, whatever the order of keys; without what the engine adds, and what is empty. */
function canonical(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, child]) => !key.startsWith("__") && !isEmpty(child))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, plain(child)]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
