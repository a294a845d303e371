/**
 * The class that a program writes `new Group(…)` with, typed by the same definition that the plugin obeys.
 */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import type { TypedResource } from "./define";
import type { TypedFunction } from "./functions";

/** What a program may pass: every value, at every depth, also as a promise or as another resource's output. */
export type Args<T> = { readonly [K in keyof T]: pulumi.Input<Deep<T[K]>> };
type Deep<T> = T extends readonly (infer E)[]
  ? readonly pulumi.Input<Deep<E>>[]
  : T extends object
    ? { readonly [K in keyof T]: pulumi.Input<Deep<T[K]>> }
    : T;

/** What a resource has: every property, once it is known. */
type Outputs<T> = { readonly [K in keyof T]: pulumi.Output<T[K]> };

export interface ResourceClass<A, T> {
  new (name: string, args: Args<A>, opts?: pulumi.CustomResourceOptions): pulumi.CustomResource & Outputs<T>;
  /** Type token: `package:index:Name`. */
  readonly token: string;
  /** Whether a value is a resource of this type, even one that another copy of this package made. */
  isInstance(value: unknown): boolean;
}

/** The class of a definition; extend it, to give it a name and a description: `class Group extends resourceClass(group) {}`. */
export function resourceClass<I extends z.ZodObject, O extends z.ZodObject, S>(
  definition: TypedResource<I, O, S>,
): ResourceClass<z.input<I>, z.output<I> & z.output<O>> {
  const names = [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)];

  class DefinedResource extends pulumi.CustomResource {
    static readonly token = definition.token;

    static override isInstance(value: unknown): value is DefinedResource {
      return (
        pulumi.CustomResource.isInstance(value) &&
        "__pulumiType" in value &&
        value.__pulumiType === definition.token
      );
    }

    constructor(name: string, args: Args<z.input<I>>, opts?: pulumi.CustomResourceOptions) {
      const given = args as pulumi.Inputs;
      super(
        definition.token,
        name,
        Object.fromEntries(names.map((property) => [property, given[property]])),
        opts,
      );
    }
  }
  return DefinedResource as unknown as ResourceClass<z.input<I>, z.output<I> & z.output<O>>;
}

/**
 * The function of a definition. Its result is an output, so that whatever it is called with may be one too.
 *
 * @example export const getGroups = callable(groupsFunction)
 */
export function callable<I extends z.ZodObject, O extends z.ZodObject, S>(
  definition: TypedFunction<I, O, S>,
): (args: Args<z.input<I>>, opts?: pulumi.InvokeOutputOptions) => pulumi.Output<z.output<O>> {
  return (args, opts = {}) => pulumi.runtime.invokeOutput<z.output<O>>(definition.token, args, opts);
}
