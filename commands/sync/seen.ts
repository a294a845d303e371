/**
 * In which of their teams' groups people were seen, which their pins keep. Who was seen in a group and is missing there was
 * taken out by somebody, and does not get that back from a run.
 */
import type { Pin, Pins } from "../../clients/pins";
import type { MembershipChange, RealmPerson } from "./membership";

/**
 * What is to be remembered before a run acts. Forgotten is whoever left the team, or was disabled, and every group that is
 * gone: what is made anew begins anew.
 *
 * @param people those in each team that could be read and whose group is there
 * @param groups the accounts in each group, by slug
 * @param unread teams that could not be read: of their groups nothing is forgotten
 */
export function seenIn(
  pins: Pins,
  people: ReadonlyMap<string, readonly RealmPerson[]>,
  groups: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  {
    groupsOf,
    unread,
  }: {
    readonly groupsOf: (team: string) => readonly string[];
    readonly unread: ReadonlyMap<string, unknown>;
  },
): Pins {
  const keep = new Set([...unread.keys()].flatMap(groupsOf));
  const teamsOf = new Map<string, string[]>();
  for (const [team, members] of people)
    for (const { id, enabled } of members) if (enabled) teamsOf.set(id, [...(teamsOf.get(id) ?? []), team]);
  const seenBy = (id: string, { account, groups: before = [] }: Pin) =>
    (teamsOf.get(id) ?? []).flatMap((team) => {
      const all = groupsOf(team).filter((group) => groups.has(group));
      const present = all.filter((group) => groups.get(group)?.has(account));
      // Whoever was taken out of one of a team's groups stays out of that which takes its place.
      const isOut = all.some((group) => before.includes(group) && !present.includes(group));
      return isOut ? all : present;
    });
  return new Map(
    [...pins].map(([id, pin]) => {
      const kept = (pin.groups ?? []).filter((group) => keep.has(group));
      return [id, seen(pin, [...kept, ...seenBy(id, pin)])];
    }),
  );
}

/** The same with those who were put in. */
export function withAdded(pins: Pins, done: readonly MembershipChange[]): Pins {
  const added = new Map<string, string[]>();
  for (const { group, add } of done)
    for (const { account } of add) added.set(account, [...(added.get(account) ?? []), group]);
  return new Map(
    [...pins].map(([id, pin]) => [id, seen(pin, [...(pin.groups ?? []), ...(added.get(pin.account) ?? [])])]),
  );
}

function seen({ account, email }: Pin, groups: readonly string[]): Pin {
  const all = [...new Set(groups)].sort();
  return { account, email, ...(all.length > 0 && { groups: all }) };
}
