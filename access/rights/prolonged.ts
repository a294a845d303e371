/** The same right for longer, person by person: another way to it may last longer than the one that was granted. */
import type { RightChange } from "./difference";
import { Rights, keyOf } from "./rights";
import type { Known } from "./known";
import type { Entitlement } from "../model";
import { subjectLabel } from "../tree";

export interface Prolonged {
  readonly before: string;
  /** By the way that lasts longest, for those to whom it makes a difference. */
  readonly after: RightChange;
}

export function prolonged(before: Known, after: Known): Prolonged[] {
  if (before.entitlements.every(({ until }) => until === undefined)) return [];
  const [old, now] = [new Rights(before), new Rights(after)];
  const found = new Map<string, { before: string; after: RightChange & { people: string[] } }>();
  const add = (until: string, way: Entitlement, person: string | undefined, more: boolean) => {
    const key = [subjectLabel(way.subject), keyOf(way), until].join("\n");
    const entry = found.get(key) ?? { before: until, after: { ...way, people: [], ...(more && { more }) } };
    if (person !== undefined) entry.after.people.push(person);
    found.set(key, entry as never);
  };
  for (const person of now.people()) {
    const had = old.ofPerson(person);
    for (const [key, ways] of now.ofPerson(person)) {
      const [was, is] = [longest(had.get(key)), longest(ways)];
      if (was?.until !== undefined && is && isLater(was.until, is.until)) add(was.until, is, person, false);
    }
  }
  // Nobody says who is in the team, or it is an agent.
  for (const [label, rights] of now.bySubject) {
    for (const [key, is] of rights) {
      const { kind, name } = is.subject;
      const isOpen = kind === "team" && now.isUnknown(name);
      const was = old.of(label).get(key);
      if ((kind === "agent" || isOpen) && was?.until !== undefined && isLater(was.until, is.until))
        add(was.until, is, undefined, isOpen);
    }
  }
  return [...found.values()];
}

function longest(ways: readonly Entitlement[] = []): Entitlement | undefined {
  return ways.reduce<Entitlement | undefined>(
    (best, way) =>
      best === undefined || (best.until !== undefined && isLater(best.until, way.until)) ? way : best,
    undefined,
  );
}

function isLater(before: string, after: string | undefined): boolean {
  return after === undefined || after > before;
}
