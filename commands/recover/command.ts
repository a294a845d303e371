/** `npm run recover -- <stack>`. */
import { stackCommand } from "../frame/stackCommand";
import { recover as recoverStack } from "./recover";

export const recover = stackCommand({
  name: "recover",
  summary: "mends a stack after a run that was killed: its lock, and what was half made",
  stack: "the stack, for example local",
  exitCodes: { 0: "mended, or nothing to mend" },
  run: async ({ stack, engine, progress }) => {
    const done = await recoverStack(stack, engine, progress);
    return { json: { stack, done }, text: done.join("\n") };
  },
});
