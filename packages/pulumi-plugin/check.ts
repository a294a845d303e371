/**
 * Says what is wrong with the inputs before anything is compared or sent: every mistake at once, each with the
 * property, what was found and what is allowed. A preview may not know some inputs yet: those are not evaluated.
 */
import type { z } from "zod";

import type { Properties, PropertyType } from "./properties";
import {
  at,
  holdsUnknown,
  isList,
  isObject,
  pathText,
  reveal,
  Secret,
  secretOnPath,
  unknown,
} from "./values";
import type { Plain, Value, ValueObject } from "./values";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The inputs with their defaults, and with the values that are secret by definition marked so. */
export function complete(properties: Properties, inputs: ValueObject): ValueObject {
  const result: Record<string, Value> = { ...inputs };
  const owner = reveal(inputs) as Plain;
  for (const [name, property] of Object.entries(properties)) {
    const given = inputs[name] ?? (property.defaultValue as Value | undefined);
    if (given === undefined) continue;
    const value = completeValue(property.type, given);
    const secret = typeof property.secret === "function" ? property.secret(owner) : property.secret;
    result[name] = secret && !(value instanceof Secret) ? new Secret(value) : value;
  }
  return result;
}

function completeValue(type: PropertyType, value: Value): Value {
  if (value instanceof Secret) return new Secret(completeValue(type, value.value));
  if (type.kind === "list" && isList(value)) {
    return value.map((item) => completeValue(type.items, item));
  }
  if (type.kind === "object" && isObject(value)) return complete(type.properties, value);
  return value;
}

/** All that is wrong with the inputs, in their order. Never shows a secret. */
export function failuresOf(schema: z.ZodObject, inputs: ValueObject): Failure[] {
  const plain = reveal(inputs);
  const result = schema.safeParse(plain, { reportInput: false });
  if (result.success) return [];
  return result.error.issues
    .filter((issue) => !concernsUnknown(issue, plain))
    .map((issue) => explain(issue, inputs));
}

function concernsUnknown(issue: z.core.$ZodIssue, plain: unknown): boolean {
  const value = at(plain, issue.path);
  return value === unknown || (issue.code === "invalid_union" && holdsUnknown(value));
}

function explain(issue: z.core.$ZodIssue, inputs: ValueObject): Failure {
  const property = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    const name = pathText([...issue.path, issue.keys[0] ?? ""]);
    const names = issue.keys.map((key) => `"${key}"`).join(", ");
    return {
      property: name,
      reason: `there is no property ${names} here; take it out or correct its spelling`,
    };
  }
  const value = at(inputs, issue.path);
  if (value === undefined && issue.code !== "custom") {
    return { property, reason: `is missing; allowed: ${allowed(issue)}` };
  }
  if (issue.code === "custom") return { property, reason: issue.message };
  const found = secretOnPath(inputs, issue.path) ? "a secret" : describe(value);
  return { property, reason: `found ${found}; allowed: ${allowed(issue)}` };
}

/** What would be right, in words; for a pattern the words of the definition itself. */
function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return issue.values.map(String).join(", ");
  if (issue.code === "invalid_type") return articles[issue.expected] ?? issue.expected;
  if (issue.code === "too_small") return `${String(issue.minimum)} or more${unit(issue.origin)}`;
  if (issue.code === "too_big") return `${String(issue.maximum)} or less${unit(issue.origin)}`;
  return issue.message;
}

function unit(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

const articles: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function describe(value: unknown): string {
  if (value instanceof Secret) return "a secret";
  if (isList(value)) return `a list of ${value.length}`;
  if (isObject(value)) return "an object";
  return JSON.stringify(value);
}
