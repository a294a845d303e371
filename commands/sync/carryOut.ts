/**
 * Makes Bitbucket's groups what they should be. First everybody is taken out who has to go, then people are put in: a run
 * that ends half way has left nobody with what they had before *and* what they were to get. For the same reason, whoever
 * could not be taken out of a group is put into none.
 */
import type { Session } from "@pulumi/bitbucket/api/client";
import { Members } from "@pulumi/bitbucket/api/groups";
import type { Member, MembershipChange } from "./membership";
import { type Act } from "../../evidence/reports/membership";

export interface CarriedOut {
  readonly done: readonly MembershipChange[];
  /** What could not be done, a line each. */
  readonly failures: readonly string[];
}

/**
 * @param unsure accounts of which it is not known what they have to lose
 * @param log told of each act once it is done
 */
export async function carryOut(
  session: Session,
  workspace: string,
  changes: readonly MembershipChange[],
  unsure: ReadonlySet<string>,
  log: (act: Act) => void,
): Promise<CarriedOut> {
  const done = changes.map(({ group }) => ({ group, add: [] as Member[], remove: [] as Member[] }));
  const writers = changes.map(({ group }) => new Members(session, workspace, group));
  const failures: string[] = [];
  const held = new Set(unsure);

  const each = async (act: Act["act"], write: (members: Members, account: string) => Promise<unknown>) => {
    for (const [index, change] of changes.entries()) {
      const members = writers[index];
      if (members === undefined) continue;
      for (const member of change[act]) {
        const { account, username, why } = member;
        const who = username ?? member.name ?? account;
        if (act === "add" && held.has(account)) {
          failures.push(
            `group ${change.group}: ${who} is not put in, since what they have to lose is not lost yet`,
          );
          continue;
        }
        try {
          await write(members, account);
          done[index]?.[act].push(member);
          log({ at: new Date().toISOString(), act, group: change.group, account, username, why });
        } catch (error) {
          if (act === "remove") held.add(account);
          failures.push(
            `group ${change.group}: ${who}: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }
    }
  };
  await each("remove", (members, account) => members.remove(account));
  await each("add", (members, account) => members.add(account));
  return { done: done.filter(({ add, remove }) => add.length + remove.length > 0), failures };
}
