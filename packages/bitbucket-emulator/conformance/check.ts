/**
 * A check: one sentence of the contract, and how to see whether it holds. A check makes what it looks at, and
 * everything that it makes goes again.
 */
import { isDeepStrictEqual } from "node:util";
import { Differs, NotExamined, type Answer, type Site } from "./site";

export interface Check {
  /** What should hold, in one sentence. */
  readonly name: string;
  /** Whether nobody of this house has seen it on a live workspace, and the sources are thin. */
  readonly uncertain?: true;
  /** @returns what was seen besides, in few words */
  readonly run: (site: Site) => Promise<string | undefined>;
}

/** @throws Differs with what was found and what was expected; values of bodies come from the checks themselves */
export function same(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Differs(`${what}: found ${text(found)}, expected ${text(expected)}`);
}

/** @throws NotExamined for a missing scope or feature of the plan, Differs for any other status */
export function status(answer: Answer, ...allowed: readonly number[]): void {
  if (allowed.includes(answer.status)) return;
  if (answer.status === 402) throw new NotExamined("the plan of the workspace lacks it (402)");
  if (answer.status === 403) throw new NotExamined("the token may not (403): a scope or a right is missing");
  const expected = allowed.join(" or ");
  throw new Differs(`status: found ${answer.status} (${messageOf(answer)}), expected ${expected}`);
}

function messageOf({ json }: Answer): string {
  const { error } = (json ?? {}) as { error?: { message?: unknown } };
  return typeof error?.message === "string" ? error.message : "no message";
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
