/**
 * A property on its way between engine and plugin is more than JSON: it can be a secret, which must come back
 * marked or else lands in the state in plain text, and in a preview it can be unknown, because the resource that
 * will give it does not exist yet. Both are kept as values of their own, so that nothing can take them for text.
 */

/** A value that the engine encrypts in the state and hides in its output. */
export class Secret {
  constructor(readonly value: Value) {}

  /** Keeps the value out of logs, of errors and of `JSON.stringify`. */
  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }
}

/** A value that a preview cannot know. */
export const unknown = Symbol("unknown");

export type Value =
  null | boolean | number | string | Secret | typeof unknown | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

/** Plain data as life cycles see it. */
export type Plain = Record<string, unknown>;

/** Whether a value is a map of properties: no list, no secret, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** Narrows what `Array.isArray` leaves as `any[]`. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The value without its secret marks; unknowns stay, absent members go. */
export function reveal(value: unknown): unknown {
  if (value instanceof Secret) return reveal(value.value);
  if (isList(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, reveal(member)]),
  );
}

/** Whether the value is, or holds, something that a preview cannot know. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (value instanceof Secret) return holdsUnknown(value.value);
  if (isList(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}

/** Whether the value is, or holds, a secret. */
function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  if (isList(value)) return value.some(holdsSecret);
  return isObject(value) && Object.values(value).some(holdsSecret);
}

/** The value at a path such as `["variables", 2, "value"]`; secrets on the way are seen through. */
export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const step of path) {
    const inside = here instanceof Secret ? here.value : here;
    if (isList(inside)) here = inside[Number(step)];
    else if (isObject(inside)) here = inside[String(step)];
    else return undefined;
  }
  return here;
}

/** Whether a secret lies on the path or at its end. */
export function secretOnPath(value: unknown, path: readonly PropertyKey[]): boolean {
  return (
    path.some((_, depth) => at(value, path.slice(0, depth)) instanceof Secret) || holdsSecret(at(value, path))
  );
}

/** A path as Pulumi writes it: `variables[2].value`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  );
}
