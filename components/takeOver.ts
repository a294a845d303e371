/** What is there already when something becomes the stack's own: taken over by a deploy, which has shown it, and by nothing else. */
import type { Context } from "./context";

export interface TakeOver {
  readonly adopt?: true;
  readonly adoptBy?: string;
}

/**
 * @param type of the resource
 * @param names what it is called, and was before
 * @returns nothing for what the last run had: it is the stack's own
 */
export function takingOver(
  context: Pick<Context, "lastState" | "takesOver" | "adoptBy">,
  type: string,
  names: readonly string[],
): TakeOver {
  if (names.some((name) => context.lastState.has(type, name))) return {};
  return context.takesOver ? { adopt: true } : { adoptBy: context.adoptBy ?? adoptBy };
}

/** What the error says of a place that differs and that nobody was shown. */
export const adoptBy = "bring the stack up with `npm run deploy`, which shows it entry by entry first,";
