/**
 * Where a function is defined, once, as resources are: its schema, its checks, what the plugin answers and the
 * typed function of a program all follow from one call of `defineFunction`. A function only looks; it is asked in
 * previews too, so a program that calls one pays for it with requests in each preview.
 */
import type { z } from "zod";

import { complete, type Failure, failuresOf } from "./check";
import { Problem } from "./problem";
import { type Properties, propertiesOf } from "./properties";
import { holdsUnknown, type Plain, reveal, type ValueObject } from "./values";

export interface FunctionOptions<I extends z.ZodObject, O extends z.ZodObject, S> {
  /** Verb and noun in lower camel case: `getGroups`. */
  readonly name: string;
  readonly description: string;
  /** A call in TypeScript, for the documentation. */
  readonly example?: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly invoke: (inputs: z.output<I>, services: S) => Promise<z.output<O>>;
}

/** A function as the plugin handles it, whatever its properties are. */
export interface ProviderFunction<S> {
  readonly name: string;
  /** `package:index:name`. */
  readonly token: string;
  readonly description: string;
  readonly example?: string | undefined;
  readonly schema: z.ZodObject;
  readonly inputs: Properties;
  readonly outputs: Properties;
  invoke(inputs: Plain, services: S): Promise<Plain>;
}

/** The same, remembering its properties for the typed function. */
export interface TypedFunction<I extends z.ZodObject, O extends z.ZodObject, S> extends ProviderFunction<S> {
  readonly types?: { readonly args: z.input<I>; readonly result: z.output<O> };
}

/** `defineFunction` of one package, whose functions are handed an `S`. */
export function functionDefiner<S>(packageName: string) {
  return function defineFunction<I extends z.ZodObject, O extends z.ZodObject>(
    options: FunctionOptions<I, O, S>,
  ): TypedFunction<I, O, S> {
    const { name, description, example, inputs, outputs } = options;
    return {
      name,
      token: `${packageName}:index:${name}`,
      description,
      example,
      schema: inputs,
      inputs: propertiesOf(inputs),
      outputs: propertiesOf(outputs),
      invoke: (given, services) => options.invoke(given as z.output<I>, services),
    };
  };
}

/**
 * Answers a call. Wrong inputs are told all at once, and nothing is asked of anybody.
 *
 * @param services made only when they are needed
 */
export async function invoke<S>(
  functions: readonly ProviderFunction<S>[],
  token: string,
  args: ValueObject,
  services: () => S,
): Promise<{ result: ValueObject; failures: Failure[] }> {
  const called = functions.find((known) => known.token === token);
  if (called === undefined) {
    const tokens = functions.map((known) => known.token).join(", ");
    throw new Problem(`there is no function ${token}; there ${tokens === "" ? "are none" : `are ${tokens}`}`);
  }
  const inputs = complete(called.inputs, args);
  const failures = failuresOf(called.schema, inputs);
  if (failures.length > 0) return { result: {}, failures };
  if (holdsUnknown(inputs)) {
    throw new Problem(`${called.name} was called with a value that this preview cannot know yet`);
  }
  const answer = await called.invoke(reveal(inputs) as Plain, services());
  return { result: complete(called.outputs, reveal(answer) as ValueObject), failures: [] };
}
