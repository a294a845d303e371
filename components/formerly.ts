/** Names that what is declared had before. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a resource that was called otherwise by the last run: it is the same one, and keeps its id. To whom the old
 * name says nothing, in a stack that never had it, does no harm.
 *
 * @param name undefined: it was never called otherwise
 * @param suffix what follows the name in that of the resource
 */
export function formerly(
  name: string | undefined,
  suffix = "",
): Pick<pulumi.CustomResourceOptions, "aliases"> {
  return name === undefined ? {} : { aliases: [{ name: `${name}${suffix}` }] };
}
