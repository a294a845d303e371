/**
 * What was owned by an earlier run and is observed now. The state still has it, so it stays declared: left out, it would be
 * deleted. It is neither changed nor deleted as long as it is observed.
 */
import type * as pulumi from "@pulumi/pulumi";

/** @param inputs those by which it would be changed */
export function leftAlone(...inputs: readonly string[]): pulumi.CustomResourceOptions {
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
