/** `npm run offboard -- <person> --stack <stack>`: for the night on which somebody has to go. */
import { Command } from "commander";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";
import { tellingRequests } from "../requests";
import { offboard, type Offboarded } from "./offboard";
import { localStack } from "../../access/environment";

interface Options {
  readonly stack: string;
  readonly reason?: string;
  readonly repository?: string;
  readonly json?: boolean;
}

/** Exit code while something is left to do. */
const unfinished = 2;

export function offboardCommand(): Command {
  return new Command("offboard")
    .description(
      "takes every right from a person that a program can take, proves each, and lists what is left to do",
    )
    .usage("-- <person> --stack <stack>")
    .argument("<person>", "user name in Keycloak")
    .requiredOption("--stack <stack>", "the stack that governs the workspace, for example prod")
    .option(
      "--repository <workspace/slug>",
      "the Bitbucket repository of access.yaml: opens the pull request that takes the name out",
    )
    .option("--reason <why>", "for the audit trail")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      "\nIt may be run again, and should be until its exit code is 0: everything done. 2: something is left; 1: error.",
    )
    .action(async (person: string, { stack, json, repository, reason }: Options) => {
      const env =
        stack === localStack ? withLocalCredentials(process.env, readLocalCredentials()) : process.env;
      const outcome = await tellingRequests({ env, stack }, () =>
        offboard(person, stack, env, {
          ...(repository !== undefined && { repository }),
          ...(reason !== undefined && { reason }),
        }),
      );
      console.log(json ? JSON.stringify(outcome, undefined, 2) : renderOffboarded(outcome));
      process.exitCode = isDone(outcome) ? 0 : unfinished;
    });
}

export function isDone({ taken, left }: Offboarded): boolean {
  return left.length === 0 && taken.every(({ ok }) => ok);
}

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
