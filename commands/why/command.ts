/** `npm run why -- dora merge PAY/payments-api`: can this person do that, why, and what would change it. */
import { root } from "../../toolchain/places";
import { command } from "../frame/spec";
import { askFiles } from "./files";
import { answerJson } from "./json";
import { answerText } from "./text";

export const why = command({
  name: "why",
  summary: "says whether somebody can do something, by which path and since when, and what would give it",
  guide: "docs/guide/why.md",
  argument: [
    "<question...>",
    "[who] [capability] target, as in dora merge PAY/payments-api; without who: everybody who can",
  ],
  flags: { "--stack <stack>": "whose settings count (default: the one that governs the workspace)" },
  exitCodes: { 0: "yes", 2: "no" },
  run: async ({ argument, flags: { stack } }) => {
    const asked = await askFiles(root, argument, stack, process.env);
    const { setting, answer, origins } = asked;
    return {
      json: answerJson(asked),
      text: answerText(answer, { model: setting.model, origins }),
      code: answer.can ? 0 : 2,
    };
  },
});
