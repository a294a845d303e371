/**
 * One definition has to serve five readers: the schema, the checks, the differences, the secret marks and the
 * typed class. This is the form that all of them read: a small tree, taken once from the zod objects.
 */
import { z } from "zod";

declare module "zod" {
  interface GlobalMeta {
    /** Name of the type in the package's schema; every object needs one. */
    typeName?: string;
    /** Whether the value is secret: always, or when the object that holds it says so. */
    secret?: boolean | ((owner: Readonly<Record<string, unknown>>) => boolean);
    /** A new value means a new resource. */
    replaceOnChanges?: boolean;
    /** Advice for the next change, kept in the state: another value is no change by itself. */
    hint?: boolean;
    /** An output that an update leaves as it is, so that a preview of one knows it. */
    stable?: boolean;
    /** Identity of an entry; the order of the list then means nothing. Set by `listOf`. */
    keyOf?: KeyOf;
  }
}

export type KeyOf = (entry: unknown) => string;
export type Properties = Readonly<Record<string, Property>>;

export interface Property {
  readonly type: PropertyType;
  readonly description: string;
  /** Must be given: neither optional nor with a default. */
  readonly required: boolean;
  readonly defaultValue?: unknown;
  readonly secret: boolean | ((owner: Readonly<Record<string, unknown>>) => boolean);
  readonly replaceOnChanges: boolean;
  readonly stable: boolean;
  readonly hint: boolean;
}

export type PropertyType =
  | { readonly kind: "string" | "number" | "integer" | "boolean" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly items: PropertyType; readonly keyOf?: KeyOf }
  | { readonly kind: "object"; readonly name: string; readonly properties: Properties };

/** The properties of a zod object, in the order of their declaration. */
export function propertiesOf(schema: z.ZodObject): Properties {
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, propertyOf(name, member)]));
}

function propertyOf(name: string, declared: z.ZodType): Property {
  const meta = declared.meta() ?? {};
  let schema = declared;
  let required = true;
  let defaultValue: unknown;
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    required = false;
    if (schema instanceof z.ZodDefault) defaultValue = schema.def.defaultValue;
    schema = schema.unwrap() as z.ZodType;
  }
  if (meta.description === undefined)
    throw new Error(`property ${name} has no description; add it by .meta()`);
  return {
    type: typeOf(name, schema),
    description: meta.description,
    required,
    ...(defaultValue !== undefined && { defaultValue }),
    secret: meta.secret ?? false,
    replaceOnChanges: meta.replaceOnChanges ?? false,
    stable: meta.stable ?? false,
    hint: meta.hint ?? false,
  };
}

/** The few kinds of zod that a provider's properties are made of. */
function typeOf(name: string, schema: z.ZodType): PropertyType {
  if (schema instanceof z.ZodString) return { kind: "string" };
  if (schema instanceof z.ZodBoolean) return { kind: "boolean" };
  if (schema instanceof z.ZodNumber) return { kind: schema.format === "safeint" ? "integer" : "number" };
  if (schema instanceof z.ZodEnum) return { kind: "enum", values: schema.options.map(String) };
  if (schema instanceof z.ZodArray) {
    const keyOf = schema.meta()?.keyOf;
    return { kind: "list", items: typeOf(name, schema.element as z.ZodType), ...(keyOf && { keyOf }) };
  }
  if (schema instanceof z.ZodObject) {
    const typeName = schema.meta()?.typeName;
    if (typeName === undefined)
      throw new Error(`the object of property ${name} has no typeName; add it by .meta()`);
    return { kind: "object", name: typeName, properties: propertiesOf(schema) };
  }
  throw new Error(`property ${name} is a ${schema.def.type}, which no schema of ours can say`);
}
