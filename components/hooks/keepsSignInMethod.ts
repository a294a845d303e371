/**
 * From one method of signing in to another without a moment in which somebody is refused. A step reads its variables when
 * it starts and may ask for its token an hour later, with what it read then: so a method may only go once no step runs
 * that knows it alone. A run that would take away every method that the last one published is stopped before anything is
 * removed.
 */
import type * as pulumi from "@pulumi/pulumi";
import { settled } from "./settled";

interface Variable {
  readonly key: string;
}

/**
 * @param marks a variable's key for each method: whoever finds it can sign in by that method
 * @returns a hook for the list of variables, which refuses one without any method of the list before
 */
export function keepsSignInMethod(marks: readonly string[]): pulumi.ResourceHookFunction {
  return async ({ name, oldInputs, newInputs }) => {
    const [before = [], after = []] = await Promise.all([
      settled<readonly Variable[] | undefined>(oldInputs?.variables),
      settled<readonly Variable[] | undefined>(newInputs?.variables),
    ]);
    const refusal = lostMethod(name, marks, before, after);
    if (refusal !== undefined) throw new Error(refusal);
  };
}

/** Why a list of variables may not take the place of another; undefined if it may. */
export function lostMethod(
  pipeline: string,
  marks: readonly string[],
  before: readonly Variable[],
  after: readonly Variable[],
): string | undefined {
  const methodsOf = (list: readonly Variable[]) =>
    marks.filter((mark) => list.some(({ key }) => key === mark));
  const [old, young] = [methodsOf(before), methodsOf(after)];
  if (old.length === 0 || old.some((mark) => young.includes(mark))) return undefined;
  return `the pipeline of ${pipeline} would lose the only way in that its running steps know (${old.join(", ")}): bring it up with "credential: both" first, in the stack file or at the repository, and change that once the longest pipeline has ended`;
}
