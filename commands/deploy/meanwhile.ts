/**
 * What has moved while somebody was asked. The workspace as a whole is looked at under the plan, which refuses what differs
 * elsewhere; but where it writes, the engine takes whatever it finds for what the plan was made of.
 */
import { endedBetween } from "../../access";
import { commitOf } from "../../checkout/commit";
import { clockTolerance } from "../../clients/clock";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { filesDigest, movedBetween, stateDigest } from "../preview/digest";
import { isSame, valueOf } from "../../engine/byHand";
import type { Previewed } from "../preview/preview";
import { isThere, stepsIn, topKeys, type EngineStep } from "../../engine/steps";
import { readStack } from "../../checkout/stack";
import { ruleNames } from "../../policy/rules";

/**
 * What the change would give though it has ended since the preview: a preview is of its moment, a deploy of now.
 *
 * @returns why the change may not go on; none: it may
 */
export function endedSince(
  stack: string,
  { cwd, env }: Pick<Engine, "cwd" | "env">,
  { findings: { model, exceptions, asOf } }: Pick<Previewed, "findings">,
): string[] {
  const now = readStack(cwd, stack, env).asOf;
  if (now.getTime() < asOf.getTime() - clockTolerance)
    return [
      `the preview is of ${asOf.toISOString()}, and by the clock of this machine it is ${now.toISOString()}: correct the one that is wrong`,
    ];
  return endedBetween({ model, exceptions }, asOf, now).map((one) => `${one}, after the preview`);
}

/**
 * @param isMove whether an address moves: the engine would read at the old one
 * @returns why the change may not go on, none if it may, and the state as it is now
 */
export async function lookAgain(
  stack: string,
  engine: Engine,
  { record, findings, steps }: Previewed,
  isMove = false,
): Promise<{ readonly moved: readonly string[]; readonly exported: string }> {
  const declared = readStack(engine.cwd, stack, engine.env, { asOf: findings.asOf, rules: ruleNames });
  const exported = await exportState(engine, stack);
  const commit = commitOf(engine.cwd, engine.env);
  const same = movedBetween(record, {
    ...record,
    ...(commit !== undefined && { commit }),
    files: filesDigest(declared),
    state: stateDigest(exported),
  });
  const moved = [...same, ...endedSince(stack, engine, { findings })];
  if (moved.length > 0) return { moved, exported };

  const touched = isMove ? [] : steps.filter(isThere);
  if (touched.length === 0) return { moved: [], exported };
  const targets = touched.flatMap(({ urn }) => ["--target", urn]);
  const refresh = ["refresh", "--preview-only", "--json", "--stack", stack, ...targets];
  const read = new Map(stepsIn(await pulumi(engine, refresh)).map((step) => [step.urn, step]));
  const other = touched.filter((step) => !isAsPreviewed(step, read.get(step.urn)));
  return { moved: other.length > 0 ? movedBetween(record, { ...record, world: "" }) : [], exported };
}

/** In what is about to be written, and in what the plugin says is other than the state has it. */
function isAsPreviewed(planned: EngineStep, read: EngineStep | undefined): boolean {
  const before = planned.oldState;
  const now = read?.op === "delete" ? undefined : (read?.newState ?? read?.oldState);
  if (before === undefined || now === undefined) return before === now;
  const keys = [...topKeys(planned.detailedDiff), ...topKeys(read?.detailedDiff)];
  return keys.every((key) => isSame(valueOf(before, key), valueOf(now, key)));
}
