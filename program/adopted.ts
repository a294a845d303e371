/**
 * What was there before the stack was stays when it leaves the program, and when the stack is destroyed: it is marked in the
 * state (`adopted`, an output of the stack), and each run sees to it that the engine forgets it and deletes nothing.
 */
import * as pulumi from "@pulumi/pulumi";
import { adoptedKey } from "../access";
import { adoptedIn, type Recorded } from "../components";

/**
 * Call it before the first resource is registered.
 *
 * @param record the resources that the last run left
 * @returns what of it is still declared, once everything is: the output that the next run reads
 */
export function keepsAdopted(record: readonly Recorded[]): () => readonly string[] {
  const known = adoptedIn(record);
  const kept = new Set<string>();
  if (known.size > 0)
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      const names = [name, ...formerNames(opts.aliases)];
      if (!names.some((one) => known.has(adoptedKey(type, one)))) return undefined;
      kept.add(adoptedKey(type, name));
      return { props, opts: { ...opts, retainOnDelete: true } };
    });
  return () => [...kept].sort();
}

function formerNames(aliases: pulumi.ResourceOptions["aliases"]): string[] {
  return Array.isArray(aliases)
    ? aliases.flatMap((alias) =>
        typeof alias === "object" && "name" in alias && typeof alias.name === "string" ? [alias.name] : [],
      )
    : [];
}
