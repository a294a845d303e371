/**
 * What was owned by an earlier run and is observed now. The state still has it, so it stays declared: left out, it would be
 * deleted. It is neither changed nor deleted as long as it is observed.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context";
import { takingOver, type TakeOver } from "./takeOver";

/** How a list is declared: inputs and options that go with its own. */
interface Declaring {
  readonly inputs: TakeOver;
  readonly options: pulumi.CustomResourceOptions;
}

/**
 * @param type of the resource
 * @param names what it is called, and was before
 * @param observed the input by which it would be changed; undefined where it is owned
 * @returns undefined for what is observed and never was owned: nothing is declared then
 */
export function declaring(
  context: Pick<Context, "lastState" | "takesOver" | "adoptBy">,
  type: string,
  names: readonly string[],
  observed: string | undefined,
): Declaring | undefined {
  const inputs = takingOver(context, type, names);
  if (observed === undefined) return { inputs, options: {} };
  const wasOwned = names.some((name) => context.lastState.has(type, name));
  return wasOwned ? { inputs, options: leftAlone(observed) } : undefined;
}

/** @param inputs those by which it would be changed */
function leftAlone(...inputs: readonly string[]): pulumi.CustomResourceOptions {
  return { retainOnDelete: true, ignoreChanges: [...inputs] };
}

/** The same for all that is in a component. */
export const allLeftAlone: pulumi.ComponentResourceOptions = {
  transformations: [
    ({ props, opts }) => ({
      props,
      opts: { ...opts, ...leftAlone(...Object.keys(props)), hooks: {} },
    }),
  ],
};
