/**
 * Who goes into a group and who out of it. What counts is what changed in the declaration, not what is missing in the
 * group: whoever was declared already and is not there was taken out by somebody, and does not get back what was taken.
 */

/** What the state knows of a group's members, by ids. */
export interface Known {
  /** Those who were in the group when it was last looked at, or were declared. */
  readonly userIds: readonly string[];
  /** Those of them who were declared. */
  readonly declared: readonly string[];
}

export interface Plan {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Declared before and now, and not there. */
  readonly removedByHand: readonly string[];
  /** There, and neither declared nor known to the state: no preview has shown them. */
  readonly unseen: readonly string[];
}

/** Before anything is declared. */
export const nobody: Known = { userIds: [], declared: [] };

export function planOf(present: ReadonlySet<string>, known: Known, wanted: readonly string[]): Plan {
  const [before, declared, now] = [new Set(known.userIds), new Set(known.declared), new Set(wanted)];
  return {
    add: wanted.filter((id) => !declared.has(id) && !present.has(id)),
    remove: known.userIds.filter((id) => !now.has(id) && present.has(id)),
    removedByHand: wanted.filter((id) => declared.has(id) && !present.has(id)),
    unseen: [...present].filter((id) => !now.has(id) && !before.has(id)),
  };
}

/** What the state has to know where a plan ended early. */
export function after(
  present: ReadonlySet<string>,
  known: Known,
  wanted: readonly string[],
  done: ReadonlySet<string>,
): Known {
  const now = new Set(wanted);
  const stay = (ids: readonly string[]) =>
    ids.filter((id) => now.has(id) || (present.has(id) && !done.has(id)));
  const come = wanted.filter((id) => present.has(id) || done.has(id));
  return {
    userIds: [...new Set([...stay(known.userIds), ...come])],
    declared: [...new Set([...stay(known.declared), ...come])],
  };
}

/** What a look at the group makes of it: those who were taken out by hand stay among the declared. */
export function seen(
  present: readonly string[],
  declared: readonly string[],
): Known & Pick<Plan, "removedByHand"> {
  const there = new Set(present);
  return {
    userIds: [...new Set([...declared, ...present])],
    declared,
    removedByHand: declared.filter((id) => !there.has(id)),
  };
}
