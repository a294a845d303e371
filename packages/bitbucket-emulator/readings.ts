/**
 * What Atlassian's documents leave open. The emulator can play each reading; a client has to work under all.
 * The first of a list is played unless another is chosen.
 */
import { z } from "zod";

export const openReadings = {
  /** What `oidc.audiences` of a step do to the default audience of its token. */
  audience: ["replaced", "appended"],
} as const;

export type Readings = { [Name in keyof typeof openReadings]: (typeof openReadings)[Name][number] };

const readingsSchema = z.strictObject({
  audience: z.enum(openReadings.audience).default(openReadings.audience[0]),
} satisfies Record<keyof Readings, z.ZodType>);

/**
 * The readings to play: those that are named, and the first of each other.
 *
 * @throws with the name, if it is none or has no such reading
 */
export function readingsOf(chosen: unknown): Readings {
  const parsed = readingsSchema.safeParse(chosen);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => ["reading", ...path, message].join(": ")).join("\n"),
  );
}
