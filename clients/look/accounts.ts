/**
 * Accounts that take no permission of their own, and people whom the plan has no room for. An account that has left and one
 * whose invitation waits look alike: neither is a member.
 */
import { isActive, shown, type DesiredBitbucket, type Model, type Settings } from "../../access";
import type { Refusal, Words } from "./refusal";
import type { Seen } from "./workspace";

type Bitbucket = Pick<Settings["bitbucket"], "workspace" | "plan">;
type Members = NonNullable<Seen["members"]>;

/** https://support.atlassian.com/bitbucket-cloud/docs/manage-your-plan-and-billing/ */
const mostOnFree = 5;

/** @param asOf the moment that grants are evaluated at */
export function accountRefusals(
  model: Model,
  { governed }: DesiredBitbucket,
  { workspace }: Bitbucket,
  members: Members,
  asOf: Date,
): Refusal[] {
  const { projects = [], repositories = [] } = governed ?? {};
  const holders = new Set(
    [...projects, ...repositories].flatMap((one) => one.holders.map(({ user }) => user)),
  );
  const mergers = new Set(
    repositories.flatMap(({ branches }) => branches.flatMap((one) => one.mergers.users)),
  );
  const wordsOf = (account: string): Words | undefined => {
    if (!holders.has(account) && !mergers.has(account)) return undefined;
    const isOwner = members.get(account);
    if (isOwner === undefined)
      return {
        found: `${shown(account)}, which is no member of workspace ${workspace}: it has left, or its invitation waits`,
        fix: "invite it and wait until it has accepted, or take the grant out",
      };
    if (!isOwner || !holders.has(account)) return undefined;
    return {
      found: `${shown(account)}, which administers workspace ${workspace}, and takes no permission of its own`,
      fix: "take the grant out: it may do everything there anyway",
    };
  };
  const people = model.people.map(({ username, account }, index) => {
    return { kind: "person", name: username, account, at: ["people", index, "account"] };
  });
  const agents = model.agents.map(({ name, account }, index) => {
    return { kind: "agent", name, account, at: ["agents", index, "account"] };
  });
  return [...people, ...agents].flatMap(({ kind, name, account, at }): Refusal[] => {
    const words = account === undefined ? undefined : wordsOf(account);
    if (words === undefined) return [];
    const grant = model.grants.findIndex(
      (one) => one.subject.kind === kind && one.subject.name === name && isActive(one, asOf),
    );
    return [{ in: "access", at, ...words, ...(grant >= 0 && { other: ["grants", grant] }) }];
  });
}

/** Nobody but administrators writes to any repository of a workspace with more people than the plan Free takes. */
export function planRefusals({ workspace, plan }: Bitbucket, members: Members): Refusal[] {
  if (plan !== "free" || members.size <= mostOnFree) return [];
  return [
    {
      in: "stack",
      at: ["bitbucket", "plan"],
      found: `the plan "free" and ${members.size} members in workspace ${workspace}, where all but administrators only read then`,
      allowed: `${mostOnFree} members`,
      fix: 'remove members, or change the plan and the setting "bitbucket.plan"',
    },
  ];
}
