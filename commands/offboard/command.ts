/** `npm run offboard -- <person> --stack <stack>`: for the night on which somebody has to go. */
import { stackCommand } from "../frame/stackCommand";
import { offboard as offboardPerson, type Offboarded } from "./offboard";
import { root } from "../../toolchain/places";

export const offboard = stackCommand({
  name: "offboard",
  summary:
    "takes every right from a person that a program can take, proves each, and lists what is left to do",
  guide: "docs/guide/people.md#off-boarding",
  argument: ["<person>", "user name or e-mail address, in any case"],
  stack: "the stack that governs the workspace, for example prod",
  flags: {
    "--repository <workspace/slug>":
      "the Bitbucket repository of access.yaml: opens the pull request that takes the name out",
    "--reason <why>": "for the audit trail",
  },
  exitCodes: { 0: "everything done", 2: "something is left" },
  notes: "It may be run again, and should be until its exit code is 0.",
  run: async ({ argument: person, stack, env, flags: { repository, reason }, progress }) => {
    const outcome = await offboardPerson(person, stack, env, { repository, reason }, root, progress);
    return { json: outcome, text: renderOffboarded(outcome), code: isDone(outcome) ? 0 : 2 };
  },
});

/** Whether nothing is left to do, by this run or by a person. */
export function isDone({ taken, left }: Offboarded): boolean {
  return left.length === 0 && taken.every(({ ok }) => ok);
}

/** For a terminal: a line for each step, then what is left. */
export function renderOffboarded(outcome: Offboarded): string {
  const { person, taken, left, request, seconds } = outcome;
  const proposed =
    request &&
    `${request.isNew ? "opened" : "found"} pull request ${request.id}, from branch ${request.branch}`;
  return [
    ...taken.map(
      ({ system, what, ok, found }) => `${ok ? "done" : "FAIL"}  ${system}: ${what}${ok ? "" : `: ${found}`}`,
    ),
    ...(proposed === undefined ? [] : [proposed]),
    ...left.map((what) => `todo  ${what}`),
    isDone(outcome)
      ? `${person} is off-boarded (${seconds.toFixed(1)} s)`
      : `${person} is not off-boarded yet (${seconds.toFixed(1)} s): do what is left, then run this again`,
  ].join("\n");
}
