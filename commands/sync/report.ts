/** What `sync` would do, or did, for a person to read. */
import type { LoneGrant } from "./loneGrants";
import type { Member, Membership, MembershipChange, TakenOut } from "./membership";

/**
 * @param changes those to make, or those that were made
 * @param applied whether they were made
 */
export function renderMembership(
  changes: readonly MembershipChange[],
  { unmatched, takenOut, observed = [] }: Pick<Membership, "unmatched" | "takenOut" | "observed">,
  applied: boolean,
): string {
  const lines = changes.flatMap(({ group, add, remove }) => [
    ...add.map((member) => `+ ${group}: ${nameOf(member)}, who ${member.why}`),
    ...remove.map((member) => `- ${group}: ${nameOf(member)}, who ${member.why}`),
  ]);
  const leftAlone = observed.flatMap(({ group, add, remove }) => [
    ...add.map((member) => `= ${group}, observed: ${nameOf(member)} is not in it, and ${member.why}`),
    ...remove.map((member) => `= ${group}, observed: ${nameOf(member)} is in it, and ${member.why}`),
  ]);
  const missing = unmatched.map(
    ({ username, teams, reason }) => `! ${username} (${teams.join(", ")}): ${reason}`,
  );
  return [
    ...lines,
    ...leftAlone,
    ...missing,
    ...takenOut.map(staysOut),
    summaryOf(changes, unmatched, applied),
  ].join("\n");
}

function staysOut({ username, group }: TakenOut): string {
  return `! ${username} (${group}): was taken out of the group in Bitbucket by somebody, and stays out; to put them back: --repin ${username}; to have it so: take them out of the team`;
}

/**
 * @param grants those that go, or went
 * @param declared those that `access.yaml` still says
 */
export function grantLines(grants: readonly LoneGrant[], declared: readonly LoneGrant[]): string[] {
  return [
    ...grants.map(({ subject, target, why }) => `- ${target}: the right of ${subject} alone: ${why}`),
    ...declared.map(
      ({ subject, target, why }) =>
        `! access.yaml still grants ${subject} a right on ${target} (${why}): take it out`,
    ),
  ];
}

function summaryOf(
  changes: readonly MembershipChange[],
  unmatched: Membership["unmatched"],
  applied: boolean,
): string {
  if (changes.length === 0 && !applied) {
    return unmatched.length === 0
      ? "every group holds the people of its team"
      : "nothing to do but for those who are unmatched; where one is, nobody is removed";
  }
  const added = sum(changes.map(({ add }) => add));
  const removed = sum(changes.map(({ remove }) => remove));
  return applied
    ? `added: ${added}, removed: ${removed}`
    : `to add: ${added}, to remove: ${removed}; run again with --apply to do so`;
}

function nameOf({ username, name, account }: Member): string {
  return username ?? `${name ?? "an account without a name"} (${account})`;
}

function sum(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((total, list) => total + list.length, 0);
}
