/**
 * What Atlassian's documents leave open. The emulator can play each reading; a client has to work under all.
 * The first of a list is played unless another is chosen.
 */
import { z } from "zod";

export const openReadings = {
  /** What `oidc.audiences` of a step do to the default audience of its token. */
  audience: ["replaced", "appended"],
  /** How a single audience is written in the token of a step. */
  audienceForm: ["text", "list"],
  /** Whether the token of a step names its branch. */
  branch: ["named", "absent"],
  /** Which account the token of a step names: none, the workspace's, or that of who started the pipeline. */
  account: ["absent", "workspace", "starter"],
  /** Whether the token of a step claims what no document mentions. */
  claims: ["known", "more"],
  /** From when on Pipelines' discovery document is there; until then it answers 404. */
  discovery: ["always", "afterFirstUse"],
  /** Whom the log of a pull request names for a push: who pushed, or who opened the pull request. */
  updateAuthor: ["pusher", "opener"],
  /** What DELETE of a permission that nobody has answers. */
  absentPermission: ["204", "404"],
  /** What becomes of a second restriction of one kind and matcher. */
  secondRestriction: ["refused", "kept"],
  /** Who takes no permission of their own: the one account that owns the workspace, or each of its administrators. */
  refusedPermission: ["owner", "administrators"],
  /** What a write by the 1.0 groups answers where an organisation administers them. */
  legacyGroupWrite: ["405", "403"],
  /** What is answered where an account is asked for that no organisation manages. */
  unmanagedAccount: ["403", "404"],
} as const;

export type Readings = { [Name in keyof typeof openReadings]: (typeof openReadings)[Name][number] };

const readingsSchema = z.strictObject(
  Object.fromEntries(Object.entries(openReadings).map(([name, all]) => [name, z.enum(all).default(all[0])])),
);

/**
 * The readings to play: those that are named, and the first of each other.
 *
 * @throws with the name, if it is none or has no such reading
 */
export function readingsOf(chosen: unknown): Readings {
  const parsed = readingsSchema.safeParse(chosen);
  if (parsed.success) return parsed.data as Readings;
  throw new Error(
    parsed.error.issues.map(({ path, message }) => ["reading", ...path, message].join(": ")).join("\n"),
  );
}
