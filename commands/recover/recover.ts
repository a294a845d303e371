/**
 * What has to happen between a run that died and the next one. An engine that still runs is waited for. The lock of a dead
 * process is removed, and a half-written attribute file beside the state. What was made without being recorded is imported,
 * so that the next run neither makes it twice nor leaves it behind; what was deleted leaves the state.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { decodeBaseline, outputNames } from "../../access";
import { backendOf } from "../../toolchain/environment";
import { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import { pulumi, type Engine } from "../../engine/engine";
import { readCheckout } from "../../checkout/stack";
import { goingByBaseline } from "../baselineRun";
import { removeBrokenAttributes } from "./attributes";
import { releaseDeadLock } from "./lock";
import { mendState } from "./mend";
import { isPending } from "./pending";
import { putInOrder, stateOf } from "./state";

/**
 * Mends what a dead run left.
 *
 * @returns what was done, a line each
 * @throws if the run that holds the lock is still alive after two minutes, or a system cannot be asked
 */
export async function recover(stack: string, engine: Engine, progress = new Progress()): Promise<string[]> {
  const { env } = engine;
  const backend = backendOf(env);
  const { released, unseen } = await releaseDeadLock(stack, engine, { progress });
  const readable = await removeBrokenAttributes(stack, backend, engine.cwd);
  const state = await stateOf(stack, engine);
  const sorted = await putInOrder(stack, engine, state);
  const done = [released, unseen, readable, ...sorted].filter((line) => line !== undefined);

  const isSound = !released && !isPending(state) && sorted.length === 0;
  if (isSound && !(await lastRunFailed(stack, engine))) return readable ? done : ["nothing to mend", ...done];

  const mend = async (known: Engine): Promise<string[]> => {
    const { cwd } = engine;
    const { model } = readCheckout(cwd, stack, known.env);
    const why = "a run ended badly";
    return recorded(
      { stack, env, cwd, ...(model && { model }) },
      { command: "recover", why: [why], what: { mended: done }, urgent: true },
      async () => {
        const mended = await progress.step(`looking for what stack ${stack} has lost track of`, () =>
          mendState(stack, engine, known, state),
        );
        done.push(...mended);
        return done.length > 0 ? done : ["nothing to mend"];
      },
      (mended) => ({ what: { mended } }),
    );
  };
  const resources = resourcesIn(state);
  return decodeBaseline(stackOutput(resources, outputNames.baseline)) === undefined
    ? mend(engine)
    : goingByBaseline(stack, engine, resources, "rotation", mend);
}

/** Whether a run ended and had failed: then it may have lost track of what was in flight. */
export async function lastRunFailed(stack: string, engine: Engine): Promise<boolean> {
  const args = ["stack", "history", "--json", "--page-size", "1", "--stack", stack];
  const [last] = JSON.parse(await pulumi(engine, args)) as { readonly result?: string }[];
  return last !== undefined && last.result !== "succeeded";
}
