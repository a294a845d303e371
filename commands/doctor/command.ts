/** `npm run doctor -- <stack>`: what is there and what is missing before a first run, or when something does not go. */
import { meantOf } from "../../access";
import { root } from "../../toolchain/places";
import { stacksIn } from "../frame/addresses";
import { command } from "../frame/spec";
import { tellingRequests } from "../requests";
import { diagnose } from "./doctor";
import { renderDiagnosis } from "./report";

export const doctor = command({
  name: "doctor",
  summary:
    "says what is there and what is missing of all that a stack needs, each with its fix; changes nothing",
  guide: "docs/guide/doctor.md",
  argument: ["<stack>", "the stack, for example prod"],
  exitCodes: { 0: "nothing is missing, as far as anybody can know", 2: "something is missing" },
  run: async ({ argument, progress }) => {
    const stack = meantOf(argument, stacksIn(root)) ?? argument;
    return tellingRequests({ stack, env: process.env }, async () => {
      const diagnosis = await diagnose(stack, process.env, root, progress);
      return {
        json: diagnosis,
        text: renderDiagnosis(diagnosis),
        code: diagnosis.verdict === "ready" ? 0 : 2,
      };
    });
  },
});
