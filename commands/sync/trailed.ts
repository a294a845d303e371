/** What the audit trail keeps of a sync: who came into which group and who left it, and what was taken besides. */
import type { What } from "../../trail/entry";
import type { Intent, Outcome } from "../../trail/record";
import type { AgentClient } from "./agents";
import type { Invitations } from "./invitations";
import type { LoneGrant } from "./loneGrants";
import type { MembershipChange } from "./membership";

/** What a sync is about to do: memberships, agents that it disables, grants that it takes. */
export function intentOf(
  changes: readonly MembershipChange[],
  agents: readonly AgentClient[],
  grants: readonly LoneGrant[],
  invite: readonly string[] = [],
): Intent {
  return {
    command: "sync",
    why: ["people moved between teams in Keycloak, or were disabled there"],
    what: {
      members: membersOf(changes),
      ...(agents.length > 0 && { agents: agents.map(({ agent, owner, why }) => ({ agent, owner, why })) }),
      ...(grants.length > 0 && { taken: grants.map((grant) => takenOf(grant, false)) }),
      ...(invite.length > 0 && { invited: [...invite] }),
    },
  };
}

/** What a sync has done. Failures become the `problem` of the entry, so that the run counts as failed. */
export function outcomeOf({
  done,
  grants,
  failures,
  invitations: { invite },
}: {
  readonly done: readonly MembershipChange[];
  readonly grants: readonly LoneGrant[];
  readonly failures: readonly string[];
  readonly invitations: Pick<Invitations, "invite">;
}): Outcome {
  return {
    what: {
      members: membersOf(done),
      ...(grants.length > 0 && { taken: grants.map((grant) => takenOf(grant, true)) }),
      ...(invite.length > 0 && { invited: [...invite] }),
    },
    ...(failures.length > 0 && { problem: failures.join("; ") }),
  };
}

function membersOf(changes: readonly MembershipChange[]): NonNullable<What["members"]> {
  return changes.flatMap(({ group, add, remove }) =>
    [
      ...remove.map((member) => ({ change: "remove" as const, member })),
      ...add.map((member) => ({ change: "add" as const, member })),
    ].map(({ change, member: { account, username, why } }) => ({
      change,
      group,
      account,
      ...(username !== undefined && { username }),
      why,
    })),
  );
}

/** A right that was granted to somebody alone, and they cannot sign in any more. */
function takenOf({ subject, target, why }: LoneGrant, ok: boolean): NonNullable<What["taken"]>[number] {
  const person = subject.slice(subject.indexOf(" ") + 1);
  return { person, system: "Bitbucket", what: `the right on ${target}`, ok, found: why };
}
