/**
 * `npm run sync -- <stack>`: people follow teams. Reads who is in which group of the governing stack's realm, and
 * makes Bitbucket's groups of the same names equal. The only writer of Bitbucket membership: an administrator of any
 * other realm must not be able to put himself into a team.
 */
import { appendFileSync } from "node:fs";
import { variable } from "../../access/environment";
import { root } from "../../toolchain/places";
import { stackCommand } from "../frame/stackCommand";
import { grantLines, renderMembership } from "./report";
import { sync as syncMembership } from "./sync";

export const sync = stackCommand({
  name: "sync",
  summary:
    "makes the members of Bitbucket's groups those of Keycloak's; shows what it would do unless --apply",
  guide: "docs/guide/people.md",
  stack: "the stack that governs the workspace, for example prod",
  flags: {
    "--apply": "act, instead of showing",
    "--allow-many-removals": "let --apply remove more than the share that access.yaml allows (limits)",
    "--require <people...>": "do nothing unless these people are in a team, enabled and matched",
    "--repin <people...>": "match these people anew: somebody has made sure that another account is theirs",
    "--log <file>": "append one JSON line for each act: who, what, why, when",
  },
  exitCodes: {
    0: "all equal (or made so)",
    2: "something to do, or somebody that a person has to look at",
  },
  run: async ({ stack, env, flags: { log: file, ...options }, progress }) => {
    const log = (act: object): void => {
      if (file === undefined) return;
      const line = JSON.stringify({ ...act, by: env[variable.bitbucketEmail], stack });
      appendFileSync(file, `${line}\n`);
    };
    const synced = await syncMembership(stack, env, { ...options, log }, root, progress);
    const { membership, agents, grants, declared, done, failures } = synced;
    const { unmatched } = membership;
    const applied = options.apply === true;
    const changes = applied ? done : membership.changes;
    const isOpen = unmatched.length + declared.length > 0 || (changes.length + agents.length > 0 && !applied);
    return {
      json: { changes, unmatched, agents, grants, declared, applied, failures },
      text: [
        renderMembership(changes, unmatched, applied),
        ...agents.map(({ agent, why }) => `- agent ${agent}: ${why}`),
        ...grantLines(grants, declared),
      ].join("\n"),
      notes: failures.map((failure) => `error: ${failure}`),
      code: failures.length > 0 ? 1 : isOpen ? 2 : 0,
    };
  },
});
