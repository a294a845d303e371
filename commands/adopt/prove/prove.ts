/** The proof before the first deploy: by the engine's plan, and by Bitbucket's own answers of the look. Writes nothing. */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import type { Found } from "../../../access/adopt/found";
import { compareRights } from "../../../access/adopt/rights";
import { readStack } from "../../../checkout/stack";
import { exportState, pulumi, type Engine } from "../../../engine/engine";
import { stepsIn } from "../../../engine/steps";
import { planOf } from "./plan";
import type { Proof } from "./text";

/**
 * @throws InvalidAccess with every problem of the files
 * @throws Error where nothing was taken, or everything is deployed since
 */
export async function prove(stack: string, engine: Engine, found: Found): Promise<Proof> {
  const { model, asOf } = readStack(engine.cwd, stack, engine.env);
  const state = resourcesIn(await exportState(engine, stack));
  const steps = stepsIn(await pulumi(engine, ["preview", "--json", "--show-sames", "--stack", stack]));
  const plan = planOf(steps, state);
  if (plan.taken === 0)
    throw new Error(
      `stack ${stack} has nothing that was taken and not deployed since: npm run adopt -- take ${stack}`,
    );
  const rights = compareRights(model, found, asOf);
  const { unread } = found;
  const doubts = [plan.changed, rights.differences, rights.unread, unread].flat();
  return { stack, verdict: doubts.length === 0 ? "proved" : "not proved", plan, rights, unread };
}
