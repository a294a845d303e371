/** Names that what is declared had before. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of what was called otherwise by the last run: it is the same, and keeps its id. Where the old name says nothing,
 * in a stack that never had it, it does no harm.
 *
 * @param names what it was called before; undefined: never otherwise. Example: `["payments-api.dev"]`
 * @param suffix what follows the name in that of the resource
 */
export function formerly(
  names: string | readonly string[] | undefined,
  suffix = "",
): Pick<pulumi.CustomResourceOptions, "aliases"> {
  const all = [names ?? []].flat();
  return all.length === 0 ? {} : { aliases: all.map((name) => ({ name: `${name}${suffix}` })) };
}
