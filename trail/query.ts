/** Which facts somebody asks for. */
import { meantOf, type Model } from "../access";
import type { Entry, Person } from "./entry";
import { namesOf } from "./people";
import { type Fact } from "./fact";

export interface Query {
  /** Every name of the person, lower case. */
  readonly who?: ReadonlySet<string>;
  /** ISO 8601; the first moment that counts, and the first that does not. */
  readonly since?: string;
  readonly until?: string;
  /** A project, a repository, a group, a secret. */
  readonly target?: string;
  readonly stack?: string;
}

/** As what somebody took part. */
export type Part = "giver" | "receiver" | "approver" | "operator";

export interface Answer extends Fact {
  /** Of whom was asked for; none where nobody was. */
  readonly parts: readonly Part[];
}

/**
 * Facts that match everything which the query names, in their order. Whoever is asked for may have given, received,
 * approved or run it.
 */
export function answersTo(query: Query, facts: readonly Fact[]): Answer[] {
  const { who, since = "", until = "9999", target, stack } = query;
  return facts.flatMap((fact): Answer[] => {
    const parts = who === undefined ? [] : partsOf(who, fact);
    const isMeant =
      fact.at >= since &&
      fact.at < until &&
      (stack === undefined || meantOf(stack, [fact.stack]) !== undefined) &&
      (who === undefined || parts.length > 0) &&
      (target === undefined || isAbout(target, fact));
    return isMeant ? [{ ...fact, parts }] : [];
  });
}

function partsOf(who: ReadonlySet<string>, { givers, receivers, by, approvers, operator }: Fact): Part[] {
  const isOne = (people: readonly Person[]) =>
    people.some((person) => namesOf(person).some((name) => who.has(name)));
  const names = [...receivers, ...(by === undefined ? [] : [by, by.slice(by.indexOf(" ") + 1)])];
  return [
    ...(isOne(givers) ? (["giver"] as const) : []),
    ...(names.some((name) => who.has(name.toLowerCase())) ? (["receiver"] as const) : []),
    ...(isOne(approvers) ? (["approver"] as const) : []),
    ...(operator && isOne([operator]) ? (["operator"] as const) : []),
  ];
}

/** A project stands for its repositories, a role of Keycloak's for its target: `merge:PAY`. */
function isAbout(target: string, { targets, what, path = [] }: Fact): boolean {
  const asked = target.trim().toLowerCase();
  const is = (one: string) => {
    const name = one.toLowerCase();
    return (
      name === asked ||
      name.startsWith(`${asked}/`) ||
      name.endsWith(`:${asked}`) ||
      name.endsWith(`/${asked}`)
    );
  };
  return (
    [...targets, ...path].some(is) ||
    what
      .toLowerCase()
      .split(/[\s:,()]+/)
      .some(is)
  );
}

/**
 * Everything that a person is called, in the model and in the trail: who asks for an address means the account, too.
 *
 * @param asked a user name, an address, a name, an account
 */
export function namesFor(
  asked: string,
  model: Pick<Model, "people"> | undefined,
  entries: readonly Entry[],
): ReadonlySet<string> {
  const people = [...(model?.people ?? []).map(declared), ...entries.flatMap(peopleIn)];
  const first = asked.trim().toLowerCase();
  const names = new Set([
    first,
    ...people
      .map(namesOf)
      .filter((own) => own.includes(first))
      .flat(),
  ]);
  for (let before = 0; before < names.size;) {
    before = names.size;
    for (const person of people) {
      // Two people may have the same name; an address, an account and a user name are one person's.
      const keys = namesOf({ ...person, name: undefined });
      if (keys.some((key) => names.has(key))) for (const name of namesOf(person)) names.add(name);
    }
  }
  return names;
}

function declared({ username, name, email, account }: Model["people"][number]): Person {
  return { username, name, email, ...(account !== undefined && { account }) };
}

function peopleIn(entry: Entry): Person[] {
  if (entry.act === "began") return [...entry.authors, ...entry.approvers, entry.operator];
  return "by" in entry && entry.by !== undefined ? [entry.by] : [];
}

/** `90d`, `12h`, `2w`, or a day or moment. @returns ISO 8601 */
export function momentOf(text: string, now: Date): string | undefined {
  const [, count, unit] = /^(\d+)\s*(h|d|w|hours?|days?|weeks?)$/.exec(text.trim()) ?? [];
  if (count !== undefined) {
    const hours = { h: 1, d: 24, w: 168 }[unit?.[0] ?? "d"] ?? 24;
    return new Date(now.getTime() - Number(count) * hours * 3_600_000).toISOString();
  }
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const moment = new Date(text);
  return isMoment && !Number.isNaN(moment.getTime()) ? moment.toISOString() : undefined;
}
