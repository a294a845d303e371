/** How something rotates, as far as anybody wishes for it. */
import type * as pulumi from "@pulumi/pulumi";
import { Schedule } from "@pulumi/rotation";
import type { ManualRotation } from "../../access";
import type { Context } from "../context";
import type { ArgumentProblem } from "../validate";

export interface RotationArgs {
  /** Seconds from one rotation to the next. Default: by hand only. Example: `2_592_000`, 30 days. */
  period?: number;
  /** Seconds that what was in use before stays valid at least. Example: `86_400`, a day. */
  overlap: number;
  /** How often it was rotated by hand, and how often what was in use before was ended at once. Default: never. */
  byHand?: Pick<ManualRotation, "manualRotations" | "revocations">;
}

/**
 * Places the schedule that a secret or key rotates by.
 *
 * @param published the last rotation that a finished run published; undefined: none, or one that is not known yet
 * @param parent the component that it stands in
 */
export function placeSchedule(
  name: string,
  { rotation, context }: { readonly rotation: RotationArgs; readonly context: Context },
  published: pulumi.Output<number | undefined>,
  parent: pulumi.Resource,
): Schedule {
  const { period, overlap, byHand } = rotation;
  return new Schedule(
    name,
    {
      name,
      ...(period !== undefined && { period }),
      overlap,
      manualRotations: byHand?.manualRotations ?? 0,
      revocations: byHand?.revocations ?? 0,
      asOf: context.asOf.toISOString(),
      published,
    },
    { parent },
  );
}

/**
 * What is wrong with a rotation.
 *
 * @param component Example: `signing keys signing-keys`
 */
export function rotationProblem(
  component: string,
  { period, overlap }: RotationArgs,
): ArgumentProblem | undefined {
  const isLength = (seconds: number) => Number.isInteger(seconds) && seconds > 0;
  if (!isLength(overlap) || (period !== undefined && !isLength(period)))
    return {
      path: `${component}: rotation`,
      found: `a period of ${period ?? "no"} seconds and an overlap of ${overlap}`,
      allowed: "whole seconds above 0",
      fix: "give both in seconds, as in { period: 2_592_000, overlap: 86_400 }",
    };
  if (period === undefined || overlap <= period) return undefined;
  return {
    path: `${component}: rotation.overlap`,
    found: `${overlap} seconds, and a period of ${period}`,
    allowed: "at most the period",
    fix: "shorten the overlap, or lengthen the period",
  };
}
