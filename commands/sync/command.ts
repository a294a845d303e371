/**
 * `npm run sync -- <stack>`: people follow teams. Reads who is in which group of the governing stack's realm, and
 * makes Bitbucket's groups of the same names equal. The only writer of Bitbucket membership: an administrator of any
 * other realm must not be able to put himself into a team.
 */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { say } from "@bitbucket-keycloak/output";
import { appendFileSync } from "node:fs";
import { knownAt, knownBy, lastBaseline, needsOf, type Baseline } from "../../access";
import { localStack, variable } from "../../access/environment";
import { readStack } from "../../checkout/stack";
import { root } from "../../toolchain/places";
import { ask, isTerminal } from "../frame/question";
import { stackCommand } from "../frame/stackCommand";
import type { RealmPerson } from "./membership";
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
    "--invite <people...>":
      "with --apply: invite these people of a team, whom the workspace does not know; 20 at most, and only once somebody says yes",
    "--yes": "invite without asking, as a pipeline has to",
    "--repin <people...>": "match these people anew, and put them back: somebody has made sure",
    "--log <file>": "append one JSON line for each act: who, what, why, when",
  },
  exitCodes: {
    0: "all equal (or made so)",
    2: "something to do, or somebody that a person has to look at",
  },
  run: async ({ stack, env, exported, flags: { log: file, yes, ...options }, progress }) => {
    const asks = options.apply === true && options.invite !== undefined && yes !== true;
    if (asks && !isTerminal())
      throw new Error("nobody is there to say yes to the invitations: add --yes, or leave out --invite");
    const last = exported === undefined ? undefined : lastBaseline(resourcesIn(exported));
    refusePending(stack, env, last, options.apply === true);
    const former = last?.formerGroups;
    const log = (act: object): void => {
      if (file === undefined) return;
      const line = JSON.stringify({ ...act, by: env[variable.bitbucketEmail], stack });
      appendFileSync(file, `${line}\n`);
    };
    const synced = await syncMembership(
      stack,
      env,
      { ...options, log, ...(former && { former }), ...(asks && { agrees: agreesToInvite }) },
      root,
      progress,
    );
    const { membership, agents, grants, declared, invitations, declined, done, failures } = synced;
    const { invite, waiting, byHand } = invitations;
    // Whoever has been invited is waited for: nothing is wrong with that.
    const unmatched = membership.unmatched.filter(({ username }) => !waiting.includes(username));
    const applied = options.apply === true && !declined;
    const changes = applied ? done : membership.changes;
    const isOpen =
      unmatched.length + membership.takenOut.length + declared.length + byHand.length > 0 ||
      (changes.length + agents.length > 0 && !applied);
    return {
      json: {
        changes,
        unmatched,
        takenOut: membership.takenOut,
        ...(membership.observed?.length && { observed: membership.observed }),
        agents,
        grants,
        declared,
        invitations,
        applied,
        failures,
      },
      text: [
        renderMembership(changes, { ...membership, unmatched }, applied),
        ...agents.map(({ agent, why }) => `- agent ${agent}: ${why}`),
        ...grantLines(grants, declared),
        ...invite.map((person) => `${applied ? "invited" : "would invite"} ${person}`),
        ...waiting.map((person) => `${person} has been invited, and has not accepted yet`),
        ...byHand.map((line) => `! ${line}`),
        ...(declined ? ["nothing was changed: nobody said yes"] : []),
      ].join("\n"),
      notes: failures.map((failure) => `error: ${failure}`),
      code: failures.length > 0 ? 1 : isOpen ? 2 : 0,
    };
  },
});

function agreesToInvite(people: readonly RealmPerson[]): Promise<boolean> {
  const who = people.map(({ username, email = "" }) => `  ${username} (${email})`);
  say(["to be invited, each of whom may cost a seat:", ...who].join("\n"));
  return ask(people.length === 1 ? "Invite this person?" : `Invite these ${people.length} people?`);
}

/**
 * Accounts and members come from the files, too: what nobody has approved of yet must not reach Bitbucket by this way.
 *
 * @throws Error with what waits for a second person
 */
function refusePending(
  stack: string,
  env: NodeJS.ProcessEnv,
  last: Baseline | undefined,
  applies: boolean,
): void {
  if (!applies || last === undefined || stack === localStack) return;
  const { model, settings, asOf } = readStack(root, stack, env);
  const declared = { model, settings, exceptions: last.exceptions ?? [], asOf };
  const unknown = () => undefined;
  const needs = needsOf(knownBy(last, asOf, unknown), knownAt(declared, unknown));
  if (needs.length === 0) return;
  throw new Error(
    `${needs.map(({ reason }) => reason).join("; ")}: somebody else has to approve of that first; deploy it (npm run deploy -- ${stack}), and then run this`,
  );
}
