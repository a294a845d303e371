/** `npm run adopt -- prove <stack>`: that the next deploy changes nothing of what was found, and nobody's rights. */
import { foundIn } from "../../../clients/look/found";
import { root } from "../../../toolchain/places";
import { stackCommand } from "../../frame/stackCommand";
import { lastLook, subjectOf } from "../place";
import { prove as proofOf } from "./prove";
import { proofText } from "./text";

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
    const proof = await progress.step(`previewing stack ${stack}`, () => proofOf(stack, engine, found));
    return { json: proof, text: proofText(proof), code: proof.verdict === "proved" ? 0 : 2 };
  },
});
