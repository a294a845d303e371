/** `npm run why -- dora merge PAY/payments-api`: can this person do that, why, and what would change it. */
import { root } from "../../toolchain/places";
import { command } from "../frame/spec";
import { stackCommand } from "../frame/stackCommand";
import { askFiles, usualStack } from "./files";
import { answerJson } from "./json";
import { askLive } from "./live";
import { broughtBy, broughtText } from "./pullRequest";
import { answerText, liveText } from "./text";

const argument = [
  "<question...>",
  "[who] [capability] target, as in dora merge PAY/payments-api; without who: everybody who can",
] as const;
const repositoryFlag = {
  "--repository <workspace/slug>":
    "with --live: the Bitbucket repository of access.yaml, whose pull request brought it",
} as const;
const exitCodes = { 0: "yes", 2: "no" } as const;

/** Where requests are sent: by the addresses and credentials of the stack, as every command about one. */
const live = stackCommand({
  name: "why",
  summary: "asks both systems",
  argument,
  flags: repositoryFlag,
  exitCodes,
  run: async ({ argument: words, stack, env, flags: { repository } }) => {
    const asked = await askLive(root, words, stack, env);
    const { answer, setting, origins } = asked;
    const brought = repository === undefined ? undefined : await broughtBy(asked, repository, env);
    return {
      json: { ...answerJson(asked), live: asked.live, ...(brought && { brought }) },
      text: [
        answerText(answer, { model: setting.model, origins }),
        ...(brought === undefined ? [] : [`  ${broughtText(brought)}`]),
        "",
        liveText(asked.live),
      ].join("\n"),
      code: asked.live.can ? 0 : 2,
    };
  },
});

export const why = command({
  name: "why",
  summary: "says whether somebody can do something, by which path and since when, and what would give it",
  guide: "docs/guide/why.md",
  argument,
  flags: {
    "--stack <stack>": "whose settings count (default: the one that governs the workspace)",
    "--live": "ask Bitbucket and Keycloak, too: about one person or agent; then yes and no are theirs",
    ...repositoryFlag,
  },
  exitCodes,
  run: async (context) => {
    const { argument: words, flags } = context;
    if (flags.live) {
      const stack = flags.stack ?? usualStack(root, process.env);
      return live.run({ ...context, flags: { ...flags, stack } });
    }
    if (flags.repository !== undefined) throw new Error("found --repository without --live: add it");
    const asked = await askFiles(root, words, flags.stack, process.env);
    const { setting, answer, origins } = asked;
    return {
      json: answerJson(asked),
      text: answerText(answer, { model: setting.model, origins }),
      code: answer.can ? 0 : 2,
    };
  },
});
