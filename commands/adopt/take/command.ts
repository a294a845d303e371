/** `npm run adopt -- take <stack>` and `undo <stack>`: what was found goes into the stack's state, and out of it. */
import { foundIn } from "../../../clients/look/found";
import { root } from "../../../toolchain/places";
import { stackCommand } from "../../frame/stackCommand";
import { lastLook, subjectOf } from "../place";
import { take as takeInto, undo as takeOut } from "./take";

const guide = "docs/guide/start-with-what-you-have.md";
const flags = { "--project <key>": "this project alone, and the groups of the teams (default: all)" };

export const take = stackCommand({
  name: "take",
  summary: "puts what was found and is declared into the stack's state; writes in neither system",
  guide,
  flags,
  exitCodes: { 0: "taken" },
  notes:
    "One write of the state at the end: who is killed before has changed nothing. Until the first deploy, a destroy leaves all of it in both systems.",
  run: async ({ stack, engine, env, flags: { project }, progress }) => {
    const found = await foundIn(lastLook(stack, subjectOf(stack, root, env)));
    const took = await progress.step(`taking what was found into stack ${stack}`, () =>
      takeInto(stack, engine, found, project),
    );
    return {
      json: { stack, ...took },
      text: [
        "taken, as it was read:",
        ...linesOf(took.taken),
        ...(Object.keys(took.toMake).length === 0 ? [] : ["not found, and made by the first deploy:"]),
        ...linesOf(took.toMake),
        `next: npm run adopt -- prove ${stack}`,
      ].join("\n"),
    };
  },
});

export const undo = stackCommand({
  name: "undo",
  summary: "takes out of the stack's state what was taken and not deployed since; touches nothing else",
  guide,
  flags,
  exitCodes: { 0: "taken out" },
  run: async ({ stack, engine, env, flags: { project } }) => {
    const found = await foundIn(lastLook(stack, subjectOf(stack, root, env)));
    const { taken, urns } = await takeOut(stack, engine, found, project);
    const text = ["taken out of the state; both systems are as they were:", ...linesOf(taken)];
    return { json: { stack, taken, urns }, text: text.join("\n") };
  },
});

function linesOf(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(([type, count]) => `  ${String(count).padStart(4)}  ${type}`);
}
