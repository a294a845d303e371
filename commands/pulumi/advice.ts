/**
 * What to do when the engine has failed on what an earlier run left. Pulumi itself advises `pulumi cancel`, which
 * removes the lock and leaves the rest, or questions about each resource that nobody can answer by heart.
 */
import { readState, resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { exportState, type Engine } from "../../engine/engine";
import { isDeadLocked } from "../recover/lock";
import { isPending } from "../recover/pending";
import { disordersOf } from "../recover/order";

/**
 * One line for the person at the screen; undefined if no run has died on this stack.
 *
 * @param stack undefined if nobody knows which it was
 */
export async function adviceAfterFailure(
  stack: string | undefined,
  engine: Engine,
): Promise<string | undefined> {
  if (stack === undefined) return undefined;
  const left = await leftBy(stack, engine);
  return left && `${left}: run "npm run recover -- ${stack}", which mends it, then this again`;
}

async function leftBy(stack: string, engine: Engine): Promise<string | undefined> {
  if (await isDeadLocked(stack, engine)) return `stack ${stack} is locked by a run that died`;
  try {
    const state = readState(await exportState(engine, stack));
    if (disordersOf(resourcesIn(state)).length > 0) return `the state of stack ${stack} is out of order`;
    return isPending(state) ? `a run of stack ${stack} died before it could record what it did` : undefined;
  } catch {
    // The engine's own error has been shown; this would be the same again.
    return undefined;
  }
}
