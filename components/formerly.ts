/** Names that what is declared had before. */
import type * as pulumi from "@pulumi/pulumi";
import { allAliases } from "@pulumi/pulumi/resource";

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

/**
 * The same for a component and all that is in it. The engine knows a child by its parent's old name only in the run that
 * renames the parent. What that run, if it dies, leaves under the old name would be made anew by the next, so here each
 * child names its own.
 */
export function formerlyWithAll(
  names: string | readonly string[] | undefined,
): Pick<pulumi.ComponentResourceOptions, "aliases" | "transformations"> {
  const options = formerly(names);
  return options.aliases === undefined ? {} : { ...options, transformations: [namesItself] };
}

const namesItself: pulumi.ResourceTransformation = ({ name, type, props, opts }) => {
  const { parent, aliases = [] } = opts;
  if (parent === undefined) return undefined;
  return { props, opts: { ...opts, aliases: allAliases(aliases, name, type, parent, nameOf(parent)) } };
};

/** The SDK's types keep it to themselves. */
function nameOf(resource: pulumi.Resource): string {
  return (resource as unknown as { readonly __name: string }).__name;
}
