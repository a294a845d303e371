/** `npm run adopt -- prove <stack>`: that the next deploy changes nothing of what was found, and nobody's rights. */
import { readState, resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { compareRights } from "../../../access/adopt/rights";
import { readStack } from "../../../checkout/stack";
import { foundIn } from "../../../clients/look/found";
import { exportState, pulumi } from "../../../engine/engine";
import { stepsIn } from "../../../engine/steps";
import { root } from "../../../toolchain/places";
import { stackCommand } from "../../frame/stackCommand";
import { lastLook, subjectOf } from "../place";
import { planOf } from "./plan";
import { proofText, type Proof } from "./text";

export const prove = stackCommand({
  name: "prove",
  summary:
    "proves that the next deploy changes nothing of what was found, and gives and takes nobody anything",
  guide: "docs/guide/start-with-what-you-have.md",
  exitCodes: {
    0: "proved",
    2: "not proved: a change, a difference, or something that was not read, each named",
  },
  notes:
    "Compares what everybody could do by access.yaml with Bitbucket's own answer of the last look, person by person. It writes nothing.",
  run: async ({ stack, engine, env, progress }) => {
    const found = await foundIn(lastLook(stack, subjectOf(stack, root, env)));
    const { model, asOf } = readStack(root, stack, env);
    const { state, steps } = await progress.step(`previewing stack ${stack}`, async () => ({
      state: resourcesIn(readState(await exportState(engine, stack))),
      steps: stepsIn(await pulumi(engine, ["preview", "--json", "--show-sames", "--stack", stack])),
    }));
    const plan = planOf(steps, state);
    if (plan.taken === 0)
      throw new Error(
        `stack ${stack} has nothing that was taken and not deployed since: npm run adopt -- take ${stack}`,
      );
    const rights = compareRights(model, found, asOf);
    const isProved =
      plan.changed.length + rights.differences.length + rights.unread.length + found.unread.length === 0;
    const proof: Proof = {
      stack,
      verdict: isProved ? "proved" : "not proved",
      plan,
      rights,
      unread: found.unread,
    };
    return { json: proof, text: proofText(proof), code: isProved ? 0 : 2 };
  },
});
