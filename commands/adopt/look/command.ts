/** `npm run adopt -- look <stack>`: what stands in the realm and the workspace, by reads alone. */
import { Records } from "../../../clients/look/records";
import { HourSpent } from "@pulumi/bitbucket/api/meter";
import { root } from "../../../toolchain/places";
import { stackCommand } from "../../frame/stackCommand";
import { waitOfRequests } from "../../requests";
import { minuteOf } from "../counts";
import { looksFolder, subjectOf } from "../place";
import { costOf, costText } from "./cost";
import { lookWithin } from "./look";
import { countsOf, lookText } from "./text";

export const look = stackCommand({
  name: "look",
  summary:
    "reads what stands in the realm and the workspace, by a closed list of reads; goes on where it was interrupted",
  guide: "docs/guide/start-with-what-you-have.md",
  stack: "the stack, for example prod: its file names both systems",
  flags: {
    "--project <key>": "look into this project alone (default: all)",
    "--details":
      "ask for access keys, the switch of pipelines and variables of repositories, too: three requests more for each",
    "--wait": "wait where the hourly limit is reached (default: end with exit code 3)",
    "--unread": "ask once more for what could not be read before",
    "--again": "take a new look, whatever was asked before",
  },
  exitCodes: {
    0: "everything was read",
    2: "something could not be read, and is named",
    3: "the hourly limit is reached; the same command goes on from there, from the time that it says",
  },
  notes:
    "Nothing is written in either system, and nothing is asked twice. Answers lie in .local/adopt/<stack>, readable for you alone: names and rights, never the value of a variable or a secret.",
  run: async ({ stack, engine: { env }, flags, progress, say }) => {
    const records = Records.open(looksFolder(stack), subjectOf(stack, root, env), {
      anew: flags.again === true,
    });
    if (flags.unread) records.forgetRefusals();
    const { project, details = false, wait = false } = flags;
    const before = records.all().length;
    const { bitbucket, keycloak } = records.begun;
    const looked = await progress.step(
      `looking at realm ${keycloak.realm} and workspace ${bitbucket.workspace}`,
      () =>
        lookWithin(records, env, {
          ...(project !== undefined && { project }),
          details,
          wait,
          onRepositories: (slugs) => {
            const cost = costOf(records, slugs, details);
            say(costText(slugs.length, cost, waitOfRequests({ stack, env }, cost)));
          },
          onWait: (spent) => {
            say(`${spent.message}: waiting until ${minuteOf(spent.until)}`);
          },
        }),
    );
    const { file } = records;
    if (looked instanceof HourSpent) {
      const answers = { answered: records.all().length, before };
      return {
        json: { stack, verdict: "limit", until: looked.until.toISOString(), file, answers },
        text: `${looked.message}: the look goes on from ${minuteOf(looked.until)}, by the same command (with --wait it waits); ${answers.answered.toLocaleString("en")} answers are kept in ${file}`,
        code: 3,
      };
    }
    const { found, asked } = looked;
    const isWhole = found.unread.length === 0;
    return {
      json: {
        stack,
        verdict: isWhole ? "whole" : "partly read",
        file,
        asked,
        counts: countsOf(found),
        found,
      },
      text: lookText(found, file, stack),
      code: isWhole ? 0 : 2,
    };
  },
});
