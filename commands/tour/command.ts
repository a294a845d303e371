/** `npm run tour`: fifteen minutes with the sample company, one step at a time; it can be left and taken up again. */
import { join } from "node:path";
import { localFolder, root } from "../../toolchain/places";
import { command } from "../frame/spec";
import { ask, isTerminal } from "../frame/question";
import { carryOut, Interrupted } from "./carryOut";
import { isDone, leftOf, readDone, writeDone, type Done } from "./record";
import type { Step } from "./step";
import { stepsAt } from "./steps";
import { systemsHere } from "./systems";
import { introductionOf, lineOf, listOf } from "./text";

const recordFile = join(localFolder, "tour.json");

export const tour = command({
  name: "tour",
  summary: "shows everything on this machine's sample company, one step at a time, with the real commands",
  guide: "docs/guide/tour.md",
  flags: {
    "--yes": "go through all steps without a question",
    "--from <step>": "begin at this step (default: the first that is not done)",
    "--list": "only list the steps, and which are done",
  },
  formats: [],
  exitCodes: { 0: "all steps are done, or it was left", 1: "a step went otherwise than the tour knows" },
  notes:
    "It can be left at any question and by Ctrl-C; npm run tour goes on where it was. It works on access.yaml and stacks/Pulumi.local.yaml of this checkout: git restore access.yaml stacks/Pulumi.local.yaml puts them back, and npm run local -- reset forgets the rest.",
  run: async ({ flags: { yes, from, list }, say }) => {
    const steps = stepsAt(new Date());
    const known = readDone(recordFile);
    if (list) return { text: listOf(steps, known) };
    if (!yes && !isTerminal())
      throw new Error("nobody is there to say yes: add --yes, or --list to look only");
    const left = leftOf(steps, known, from);
    let { done } = left;
    for (const step of left.steps) {
      say(introductionOf(step, steps.indexOf(step) + 1, steps.length));
      if (!yes && !(await ask("Go on?"))) return { text: leftText(step) };
      try {
        done = await through(step, done, say);
      } catch (error) {
        if (error instanceof Interrupted) return { text: leftText(step) };
        throw new Error(`${(error as Error).message}; npm run tour goes on with this`, { cause: error });
      }
      say(`\nLook at ${step.look}.`);
    }
    return { text: steps.every((step) => isDone(step, done)) ? ended : listOf(steps, done) };
  },
});

/** @returns what is done afterwards; the record says so after each action */
async function through(step: Step, before: Done, say: (text: string) => void): Promise<Done> {
  let done = before;
  for (const [index, action] of step.actions.entries()) {
    if (index < (done[step.name] ?? 0)) continue;
    say(`\n$ ${lineOf(action)}`);
    await carryOut(action, { systems: systemsHere, folder: root, say });
    done = { ...done, [step.name]: index + 1 };
    writeDone(recordFile, done);
  }
  return done;
}

const leftText = ({ title }: Step) => `left at "${title}"; npm run tour goes on there`;

const ended = `
That was all of it. Use it for a company of yours: docs/guide/start-with-what-you-have.md, or an access.yaml of your own.
Put the files back: git restore access.yaml stacks/Pulumi.local.yaml      Forget the servers: npm run local -- reset`;
