/** Inputs of a resource, read with care: what is not known in a preview yet counts as right, and is evaluated in the run. */
import type { Seen } from "./rule";

/** The value, or undefined where it is absent or not known yet. */
export function valueOf({ inputs }: Pick<Seen, "inputs">, key: string): unknown {
  return readable(() => inputs[key]);
}

/** Whether an input is absent, and not merely unknown. */
export function isAbsent({ inputs }: Pick<Seen, "inputs">, key: string): boolean {
  try {
    return inputs[key] === undefined;
  } catch {
    return false;
  }
}

/** The entries that are texts; none where it is no list, or is not known yet. */
export function texts(value: unknown): string[] {
  return list(value).filter((one) => typeof one === "string");
}

/** The entries that are maps, each with what is known of it. */
export function maps(value: unknown): Readonly<Record<string, unknown>>[] {
  return list(value)
    .filter((one) => typeof one === "object" && one !== null)
    .map((one) => Object.fromEntries(Object.keys(one).map((key) => [key, member(one, key)])));
}

/** An entry of a map; undefined where it is absent, not known yet, or there is no map. */
export function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? readable(() => (value as Readonly<Record<string, unknown>>)[key])
    : undefined;
}

/** Seconds of a duration as Keycloak's provider writes it: `10h0m0s`, `5m`, `1.5h`; undefined where it is none. */
export function secondsIn(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const parts = [...value.matchAll(/([\d.]+)([hms])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== value) return undefined;
  const sizes: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return parts.reduce((sum, [, count = "", unit = ""]) => sum + Number(count) * (sizes[unit] ?? 0), 0);
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((_, index) => [readable(() => (value as unknown[])[index])]);
}

function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // The engine's stand-in for what a preview cannot know.
    return undefined;
  }
}
