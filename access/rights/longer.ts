/** Rights that there were, and that last longer: by another end of a grant, or by another team that has them for longer. */
import { inGroups, type ByKey, type RightChange } from "./difference";
import type { Entitlement, Subject } from "../model";
import { Rights, type AccessState } from "./rights";
import { subjectLabel } from "../tree";
import { compareEnds } from "../until";

export interface LongerRight {
  /** Its people: those for whom it makes a difference. */
  readonly after: RightChange;
  /** The end of before. */
  readonly until: string;
}

export function longerBetween(before: AccessState, after: AccessState): LongerRight[] {
  const [old, now] = [new Rights(before), new Rights(after)];
  const found = new Map<string, { after: RightChange & { people: string[] }; until: string }>();
  const placeOf = (label: string, key: string) => `${label}\n${key}`;
  for (const [label, rights] of now.bySubject) {
    for (const [key, entry] of rights) {
      const until = old.of(label).get(key)?.until;
      if (until === undefined || compareEnds(entry.until, until) <= 0) continue;
      const unknown = entry.subject.kind === "team" && now.isUnknown(entry.subject.name);
      found.set(placeOf(label, key), {
        after: { ...entry, people: [], ...(unknown && { more: true }) },
        until,
      });
    }
  }
  for (const { people, extra } of inGroups(now, old, lasting)) {
    for (const [key, ways] of extra) {
      const told = ways.flatMap(({ subject }) => found.get(placeOf(subjectLabel(subject), key)) ?? []);
      for (const one of told) one.after.people.push(...people);
      const [way] = ways;
      if (told.length > 0 || way === undefined) continue;
      for (const name of people) {
        const subject: Subject = { kind: "person", name };
        const until = lastOf(old.ofPerson(name).get(key) ?? []) ?? "";
        found.set(placeOf(subjectLabel(subject), key), { after: { ...way, subject, people: [name] }, until });
      }
    }
  }
  return [...found.values()];
}

/** What the first has for longer, by the ways that last longest. */
function lasting(first: ByKey, second: ByKey): [string, readonly Entitlement[]][] {
  return [...first].flatMap(([key, ways]): [string, readonly Entitlement[]][] => {
    const known = second.get(key) ?? [];
    const longer = known.length === 0 ? [] : ways.filter((way) => compareEnds(way.until, lastOf(known)) > 0);
    return longer.length === 0 ? [] : [[key, longer]];
  });
}
/** The end of what leads to a right; undefined where it does not end. */
function lastOf([first, ...more]: readonly Pick<Entitlement, "until">[]): string | undefined {
  return more.reduce((last, { until }) => (compareEnds(until, last) > 0 ? until : last), first?.until);
}
