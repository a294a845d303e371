/**
 * What a preview was made of, in a few lines that a deploy can compare: the files, the state that the engine had, and
 * everything in both systems that differs from it.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonical, encodeBaseline, momentKept } from "../../access";
import type { Declared } from "../../checkout/stack";
import type { EngineStep } from "../../engine/steps";

/** What `npm run preview -- <stack> --record <file>` writes. No secrets are in it. */
export const recordSchema = z.strictObject({
  form: z.literal(1),
  stack: z.string(),
  /** Of the checkout; absent outside of one. With `+` at its end where files differ from it. */
  commit: z.string().optional(),
  /** The moment that grants were evaluated at, ISO 8601. */
  asOf: z.iso.datetime(),
  /** Stands for the data files, as they were understood. */
  files: z.string(),
  /** Stands for the state that the stack had. */
  state: z.string(),
  /** Stands for what the engine would do, and for what it would do it to, as both systems said. */
  world: z.string(),
  /** Stands for the change of rights: `--approve` takes it. */
  number: z.string(),
});
export type PreviewRecord = z.infer<typeof recordSchema>;

/** Stands for all that is declared, and for what of it has ended. */
export function filesDigest({ model, settings, exceptions, asOf }: Omit<Declared, "warnings">): string {
  return digestOf([
    encodeBaseline({ model, settings, asOf: momentKept({ model, exceptions }, asOf) }),
    exceptions,
  ]);
}

/** @param exported what `pulumi stack export` printed: the same text as long as no run has written to it */
export function stateDigest(exported: string): string {
  return digestOf(exported);
}

/** Secrets stand in the steps as `[secret]`. What moves without a meaning (times, places in the source) is left out. */
export function worldDigest(steps: readonly EngineStep[]): string {
  return digestOf(
    steps
      .map(({ op, urn, oldState, newState, detailedDiff }) => [
        urn,
        op,
        oldState?.id,
        oldState?.inputs,
        oldState?.outputs,
        newState?.inputs,
        Object.keys(detailedDiff ?? {}).sort(),
      ])
      .map((step) => canonical(step))
      .sort(),
  );
}

/** Twelve decimal digits that stand for a change: who says the number approves of this change and no other. */
export function numberOf(change: unknown): string {
  const twelve = BigInt(`0x${digestOf(change)}`) % 1_000_000_000_000n;
  return twelve.toString().padStart(12, "0");
}

/** What has changed between two previews, in words; none: nothing. */
export function movedBetween(before: PreviewRecord, now: PreviewRecord): string[] {
  const parts = [
    ["stack", "they are of different stacks"],
    ["commit", `the commit is ${now.commit ?? "unknown"}, and was ${before.commit ?? "unknown"}`],
    ["files", "access.yaml, its lock file, exceptions.yaml or the settings of the stack say something else"],
    ["state", "somebody has run the engine on this stack"],
    [
      "world",
      "something in Keycloak or Bitbucket was changed by hand, or the engine would do something else",
    ],
    ["number", "other rights would be given or taken"],
  ] as const;
  return parts.flatMap(([part, words]) => (before[part] === now[part] ? [] : [words]));
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}
