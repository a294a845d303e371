/**
 * Where a resource is defined, once. Schema, checks, differences, secret marks, the typed class and the plugin's
 * behaviour all follow from one call of `defineResource`, so that no two of them can disagree.
 *
 * A definition is loaded by the user's program too: it holds no transport, only functions that are handed one.
 */
import { z } from "zod";

import type { ProviderFunction } from "./functions";
import { type KeyOf, type Properties, propertiesOf } from "./properties";
import type { Plain } from "./values";

/** The parts of an id such as `workspace/repository`, by name. */
type IdParts<Id extends string> = { readonly [Part in Split<Id>]: string };
type Split<Id extends string> = Id extends `${infer Head}/${infer Tail}` ? Head | Split<Tail> : Id;

/** What a resource is at some moment: what was asked for, and what came of it. */
export interface State<I, O> {
  readonly inputs: I;
  readonly outputs: O;
}

/** What a read found. Of a list's entries it may know less than was declared (a secret is never given back). */
export interface Found<I, O> {
  readonly id: string;
  /** The properties that the service knows; what it does not know (a setting of ours) is kept from the state. */
  readonly inputs: {
    readonly [K in keyof I]?: I[K] extends readonly (infer E)[] ? readonly Partial<E>[] : I[K];
  };
  readonly outputs: O;
  /** Properties without a value there, whatever the state knows. Default: none. */
  readonly absent?: readonly string[];
}

/** What a `check` changes before anything is compared: what it adds is known in previews. */
export interface Checked {
  readonly set?: Plain;
  readonly drop?: readonly string[];
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

/**
 * The life of a resource. `S` is what the provider hands to each call: its connection, bound to the call, so that
 * an interrupted run stops waiting. Thrown `PartlyDone` records what exists; any other error records nothing.
 */
interface Lifecycle<I, O, Id extends string, S> {
  /** Pure; inputs that a preview cannot know are absent. Not needed for what the zod object can say. */
  check?(inputs: Partial<I>, previous: Partial<I> | undefined): Checked;
  create(inputs: I, services: S): Promise<{ id: string; outputs: O }>;
  /** Undefined: it is not there any more. `previous` is undefined for an import. */
  read(at: IdParts<Id>, services: S, previous: State<I, O> | undefined): Promise<Found<I, O> | undefined>;
  /** Absent: every change replaces the resource. */
  update?(previous: State<I, O>, inputs: I, services: S): Promise<O>;
  /** What is gone already counts as deleted. */
  delete(state: State<I, O>, services: S): Promise<void>;
}

/** What names the thing that a resource is about, and may name the same thing otherwise one day. */
interface Naming<I, O, S> {
  /** Inputs; each of them replaces. */
  readonly by: readonly (keyof I & string)[];
  /**
   * Whether what the changed inputs name is the same thing, so that it is changed and not replaced. Asked where nothing else
   * changes that would replace; inputs that a preview cannot know are absent.
   */
  isSame(previous: State<I, O>, inputs: Partial<I>, services: S): Promise<boolean>;
}

export interface ResourceOptions<
  I extends z.ZodObject,
  O extends z.ZodObject,
  Id extends string,
  S,
  Name extends string = string,
> {
  /** Noun in upper camel case: `Group`. */
  readonly name: Name;
  readonly description: string;
  /** A declaration in TypeScript, for the documentation. */
  readonly example?: string;
  /** The parts of its id, for example `workspace/repository`; the last may hold slashes. */
  readonly importId: Id;
  readonly inputs: I;
  readonly outputs: O;
  /** The old one has to go first, because both would have the same name. Default false. */
  readonly deleteBeforeReplace?: boolean;
  /** Default: under another name it is another one. */
  readonly naming?: Naming<z.output<I>, z.output<O>, S>;
  readonly lifecycle: Lifecycle<z.output<I>, z.output<O>, Id, S>;
}

/** A resource as the plugin handles it, whatever its properties are. */
export interface Resource<S> {
  readonly name: string;
  /** `package:index:Name`. */
  readonly token: string;
  readonly description: string;
  readonly example?: string | undefined;
  readonly importId: string;
  readonly schema: z.ZodObject;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly deleteBeforeReplace: boolean;
  readonly naming?: Naming<Plain, Plain, S> | undefined;
  readonly lifecycle: Lifecycle<Plain, Plain, string, S>;
}

/** The same, remembering its name and its properties for the typed class. */
export interface TypedResource<
  I extends z.ZodObject,
  O extends z.ZodObject,
  S = unknown,
  Name extends string = string,
> extends Resource<S> {
  readonly name: Name;
  readonly types?: { readonly args: z.input<I>; readonly state: z.output<I> & z.output<O> };
}

/** `defineResource` of one package, whose life cycles are handed an `S`. */
export function resourceDefiner<S>(packageName: string) {
  return function defineResource<
    I extends z.ZodObject,
    O extends z.ZodObject,
    const Id extends string,
    const Name extends string,
  >(options: ResourceOptions<I, O, Id, S, Name>): TypedResource<I, O, S, Name> {
    const { name, description, example, importId, inputs, outputs, deleteBeforeReplace = false } = options;
    return {
      name,
      token: `${packageName}:index:${name}`,
      description,
      example,
      importId,
      schema: inputs,
      inputs: propertiesOf(inputs),
      outputs: propertiesOf(outputs),
      deleteBeforeReplace,
      naming: options.naming,
      lifecycle: options.lifecycle,
    };
  };
}

export interface ProviderOptions<C extends z.ZodObject, S> {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly config: C;
  /** Settings that must not be configuration (they would lie in the state), and what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly resources: readonly Resource<S>[];
  /** Default: none. */
  readonly functions?: readonly ProviderFunction<S>[];
  /**
   * Opens nothing yet: gives the function that makes each call's services.
   *
   * @param config absent where a preview cannot know it
   * @param life aborted when the plugin ends
   */
  connect(config: Partial<z.output<C>>, life: AbortSignal): (call: AbortSignal) => S;
}

/** A provider as the plugin handles it, whatever its configuration is. */
export interface Provider<S> extends Omit<ProviderOptions<z.ZodObject, S>, "config" | "connect" | "refused"> {
  readonly schema: z.ZodObject;
  readonly config: Properties;
  readonly refused: Readonly<Record<string, string>>;
  connect(config: Plain, life: AbortSignal): (call: AbortSignal) => S;
}

/**
 * A provider from its options; its schema and the properties of its configuration are read from `config`.
 *
 * @param options `refused` defaults to none
 */
export function defineProvider<C extends z.ZodObject, S>(options: ProviderOptions<C, S>): Provider<S> {
  return {
    ...options,
    schema: options.config,
    config: propertiesOf(options.config),
    refused: options.refused ?? {},
    connect: (config, life) => options.connect(config as Partial<z.output<C>>, life),
  };
}

/**
 * A list whose order means nothing and whose entries have an identity: an entry that moved has not changed, and
 * two entries with one identity are an error.
 *
 * @param keyOf identity of an entry, readable, for it is shown in errors
 */
export function listOf<T extends z.ZodType>(items: T, keyOf: (entry: z.output<T>) => string) {
  const list = z.array(items).superRefine((entries, context) => {
    const seen = new Map<string, number>();
    for (const [index, entry] of entries.entries()) {
      const key = keyOf(entry);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else {
        const message = `${key} is listed twice (first at [${first}]); leave one of them out`;
        context.addIssue({ code: "custom", path: [index], message });
      }
    }
  });
  return list.meta({ keyOf: keyOf as KeyOf });
}
