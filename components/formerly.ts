/** What was renamed keeps its resources: each has the names of before as aliases, and its children follow. */
import type * as pulumi from "@pulumi/pulumi";

/** @param names of before. Example: `["payments-api.dev"]` */
export function formerly(...names: readonly (string | undefined)[]): pulumi.Alias[] {
  return names.flatMap((name) => (name === undefined ? [] : [{ name }]));
}
