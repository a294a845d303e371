/**
 * `npm run sync -- <stack>`: people follow teams. Reads who is in which group of the governing stack's realm, and
 * makes Bitbucket's groups of the same names equal. The only writer of Bitbucket membership: an administrator of any
 * other realm must not be able to put himself into a team.
 */
import { appendFileSync } from "node:fs";
import { Command } from "commander";
import { readLocalCredentials, withLocalCredentials } from "../../toolchain/environment";
import { grantLines, renderMembership } from "./report";
import { sync, type SyncOptions } from "./sync";
import { tellingRequests } from "../requests";
import { localStack, variable } from "../../access/environment";

export { sync } from "./sync";

/** Exit code of a run that leaves something to do. */
const pending = 2;

interface Options extends Omit<SyncOptions, "log"> {
  readonly json?: boolean;
  readonly log?: string;
}

export function syncCommand(): Command {
  return new Command("sync")
    .description(
      "makes the members of Bitbucket's groups those of Keycloak's; shows what it would do unless --apply",
    )
    .usage("-- <stack> [options]")
    .argument("<stack>", "the stack that governs the workspace, for example prod")
    .option("--apply", "act, instead of showing")
    .option(
      "--allow-many-removals",
      "let --apply remove more than the share that access.yaml allows (limits)",
    )
    .option("--require <people...>", "do nothing unless these people are in a team, enabled and matched")
    .option(
      "--repin <people...>",
      "match these people anew: somebody has made sure that another account is theirs",
    )
    .option("--log <file>", "append one JSON line for each act: who, what, why, when")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      "\nExit code: 0 all equal (or made so), 2 something to do, or somebody that a person has to look at, 1 error.",
    )
    .action(async (stack: string, { json, log: file, ...options }: Options) => {
      // Without the two dashes npm keeps the option to itself, and says nothing.
      if (process.env.npm_config_apply !== undefined) {
        throw new Error(`npm took --apply for its own: run "npm run sync -- ${stack} --apply"`);
      }
      const env =
        stack === localStack ? withLocalCredentials(process.env, readLocalCredentials()) : process.env;
      const log =
        file === undefined
          ? undefined
          : (act: object) => {
              appendFileSync(
                file,
                `${JSON.stringify({ ...act, by: env[variable.bitbucketEmail], stack })}\n`,
              );
            };
      const { membership, agents, grants, declared, done, failures } = await tellingRequests(
        { env, stack },
        () => sync(stack, env, { ...options, ...(log && { log }) }),
      );
      const { unmatched } = membership;
      const applied = options.apply === true;
      const changes = applied ? done : membership.changes;
      console.log(
        json
          ? JSON.stringify({ changes, unmatched, agents, grants, declared, applied, failures }, undefined, 2)
          : renderMembership(changes, unmatched, applied),
      );
      if (!json) for (const { agent, why } of agents) console.log(`- agent ${agent}: ${why}`);
      if (!json) for (const line of grantLines(grants, declared)) console.log(line);
      for (const failure of failures) console.error(`error: ${failure}`);
      const open = unmatched.length + declared.length > 0 || (changes.length + agents.length > 0 && !applied);
      process.exitCode = failures.length > 0 ? 1 : open ? pending : 0;
    });
}
