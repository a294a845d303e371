/** Which facts somebody asks for. */
import { meantOf, type Model } from "../access";
import type { Entry, Person } from "./entry";
import { keyOf, keysOf } from "./people";
import { type Fact } from "./fact";

export interface Query {
  /** Every key of the person, see {@link namesFor}. */
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
    people.some((person) => keysOf(person).some((key) => who.has(key)));
  const names = [...receivers, ...(by === undefined ? [] : [by, by.slice(by.indexOf(" ") + 1)])];
  const isMeant = (name: string) =>
    ["username", "account", "asked"].some((kind) => who.has(keyOf(kind, name)));
  return [
    ...(isOne(givers) ? (["giver"] as const) : []),
    ...(names.some(isMeant) ? (["receiver"] as const) : []),
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
 * Every key of a person, in the model and in the trail: who asks for an address means the account, too. A display name is
 * nobody's key: who asks for one means all who have it, unless it is somebody's user name, address or account.
 *
 * @param asked a user name, an address, an account, a display name; a team or an agent
 */
export function namesFor(
  asked: string,
  model: Pick<Model, "people"> | undefined,
  entries: readonly Entry[],
): ReadonlySet<string> {
  const known = (model?.people ?? []).map(declared);
  const people = [...known, ...entries.flatMap(peopleIn)];
  const first = asked.trim().toLowerCase();
  const own = ["username", "email", "account", "name", "machine"].map((kind) => keyOf(kind, first));
  const isKey = people.some((person) => keysOf(person).some((key) => own.includes(key)));
  const alike = isKey ? [] : people.filter(({ name }) => name?.toLowerCase() === first);
  const keys = new Set([keyOf("asked", first), ...own, ...alike.flatMap(keysOf)]);
  for (let before = 0; before < keys.size;) {
    before = keys.size;
    for (const person of people)
      if (keysOf(person).some((key) => keys.has(key))) for (const key of keysOf(person)) keys.add(key);
  }
  // Of whom nothing but a name is known: it counts where access.yaml has it.
  for (const person of known)
    if (person.name !== undefined && keysOf(person).some((key) => keys.has(key)))
      keys.add(keyOf("name", person.name));
  return keys;
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
