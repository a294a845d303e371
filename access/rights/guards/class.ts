/** How a field of the model or of the settings is classed, so that one without a class does not compile. */
import { canonical } from "../../canonical";

/** In the order of a report; `rule`: the limits and separations, `answers`: who answers for a place. */
export const subjects = [
  "owner",
  "identity",
  "control",
  "environment",
  "rule",
  "branch",
  "repository",
  "answers",
  "setting",
  "exception",
] as const;

export interface GuardChange {
  readonly about: (typeof subjects)[number];
  /** What changes. Example: `PAY/payments-api, branch main, approvals`. */
  readonly what: string;
  /** Whom an identity, or an owner, is of; `team platform` for who is in a team. */
  readonly who?: string;
  /** Undefined: it was not there. */
  readonly before?: string;
  /** Undefined: it is gone. */
  readonly after?: string;
  /** Whether less is guarded than before, or by somebody else. */
  readonly weaker: boolean;
  /**
   * Keys of the projects whose owners have to approve of it; empty: the company's. Undefined: nobody has to; of an identity:
   * nobody, unless what is at stake says otherwise.
   */
  readonly asks?: readonly string[];
}

/** Where a value is: what it is called in a report, and who is asked about it. */
interface At {
  readonly name: string;
  readonly asks: readonly string[];
}

/** What a change of one value means; nothing where it means nothing. Undefined: the value was not there, or is gone. */
export type Class<T> = (before: T | undefined, after: T | undefined, at: At) => readonly GuardChange[];

/** A class for each field. A new field of `T` does not compile without one. */
export type Classes<T> = { readonly [K in keyof T]-?: Class<NonNullable<T[K]>> };

/** Guards and gives nothing, whatever it says. */
export const harmless: Class<unknown> = () => [];

/** Judged by the rights that come of it, and by the names that may approve because of it: see `approvals.ts`. */
export const byConsequence: Class<unknown> = () => [];

/** What a guard is. */
interface Kind<T> {
  /** What it is called after the name of what has it. Default: that name alone. */
  readonly what?: string;
  /** Whether less is guarded. Default: whenever it changes. */
  readonly weaker?: (before: T | undefined, after: T | undefined) => boolean;
  /** Default: as it stands in the file. */
  readonly word?: (value: T) => string;
  /** Who is asked where it is weaker. Default: whoever is asked about what has it. `nobody`: it is only shown. */
  readonly asks?: "the company" | "nobody";
}

/** Grave where it is weaker. Shown whenever it changes. */
export function guard<T>(
  about: GuardChange["about"],
  { what, weaker = () => true, word = wordOf, asks }: Kind<T> = {},
): Class<T> {
  return (before, after, at) => {
    if (isSame(before, after)) return [];
    const isWeaker = weaker(before, after);
    return [
      {
        about,
        what: what === undefined ? at.name : nameIn(at, what),
        ...(before !== undefined && { before: word(before) }),
        ...(after !== undefined && { after: word(after) }),
        weaker: isWeaker,
        ...(isWeaker && asks !== "nobody" && { asks: asks === "the company" ? [] : at.asks }),
      },
    ];
  };
}

/** Each field by its class. An entry that came or went as a whole has no fields to compare. */
export function fields<T extends object>(classes: Classes<T>): Class<T> {
  const entries = Object.entries(classes) as [keyof T, Class<unknown>][];
  return (before, after, at) =>
    before === undefined || after === undefined
      ? []
      : entries.flatMap(([key, of]) => of(before[key] ?? undefined, after[key] ?? undefined, at));
}

/** Each field by its class and under its name, `keycloak.url`; what came or went as a whole is compared with nothing. */
export function named<T extends object>(classes: Classes<T>): Class<T> {
  const entries = Object.entries(classes) as [string & keyof T, Class<unknown>][];
  return (before, after, at) =>
    entries.flatMap(([key, of]) =>
      of(before?.[key] ?? undefined, after?.[key] ?? undefined, {
        ...at,
        name: at.name === "" ? key : `${at.name}.${key}`,
      }),
    );
}

/** How entries of a list are told apart. */
interface Entries<T> {
  readonly key: (entry: T) => string;
  /** Where an entry is, and who is asked about it. Default: its key, and as about the list. */
  readonly at?: (entry: T, list: At) => Partial<At>;
}

/** Each entry by one class, before and after told by key; a class is also asked about those that came or went. */
export function each<T>(
  { key, at: placed }: Entries<T>,
  ...classes: readonly Class<T>[]
): Class<readonly T[]> {
  return (before = [], after = [], list) => {
    const [old, now] = [before, after].map((entries) => new Map(entries.map((one) => [key(one), one])));
    return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((name) => {
      const [was, is] = [old?.get(name), now?.get(name)];
      const entry = was ?? is;
      if (entry === undefined || isSame(was, is)) return [];
      const at = { ...list, name, ...placed?.(entry, list) };
      return classes.flatMap((of) => of(was, is, at));
    });
  };
}

/** Only for entries that came or went. */
export function presence<T>(of: Class<T>): Class<T> {
  return (before, after, at) => (before === undefined || after === undefined ? of(before, after, at) : []);
}

function nameIn({ name }: Pick<At, "name">, what: string): string {
  return name === "" ? what : `${name}, ${what}`;
}

function wordOf(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "none";
  return typeof value === "string" || typeof value === "number" ? String(value) : canonical(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}
