/**
 * Which Bitbucket account each person of the realm has. Pure, but for the question whose address it is, which is asked
 * only of people who are new, who move, or whose address has changed: a run with nothing to do asks nothing.
 */
import type { RealmPerson } from "./membership";
import type { Pin, Pins } from "../../clients/pins";

export interface Matching {
  /** The account of each person who has one, by user name. */
  readonly accounts: ReadonlyMap<string, string>;
  /** People who are left as they are until a person has looked: why, by user name. */
  readonly stopped: ReadonlyMap<string, string>;
  /** What is to be remembered. */
  readonly pins: Pins;
}

export interface MatchingArgs {
  /** Each once. */
  readonly people: readonly RealmPerson[];
  /** The accounts that `access.yaml` names, by user name. */
  readonly named: ReadonlyMap<string, string>;
  readonly pins: Pins;
  /** User names whose pins are forgotten: somebody has looked. */
  readonly repin: readonly string[];
  /** Whether somebody is about to be put into a group with this account. */
  readonly moves: (person: RealmPerson, account: string) => boolean;
  /** The one member of the workspace with an address, if there is one. */
  readonly ask: (email: string) => Promise<string | undefined>;
}

/**
 * A person whose account would change is `stopped` and keeps the pinned one until somebody has looked. People
 * who share an account are `stopped`, too.
 */
export async function match({ people, named, pins, repin, moves, ask }: MatchingArgs): Promise<Matching> {
  const stopped = new Map<string, string>();
  const found = await Promise.all(
    people.map(async (person): Promise<[RealmPerson, Pin] | undefined> => {
      const { id, username, email = "", emailVerified } = person;
      const pin = repin.includes(username) ? undefined : pins.get(id);
      const declared = named.get(username);
      const usable = emailVerified && email !== "";
      if (declared === undefined && pin !== undefined && pin.email === email) {
        if (!usable || !person.enabled || !moves(person, pin.account)) return [person, pin];
      }
      const now = declared ?? (usable ? await ask(email) : undefined);
      if (pin === undefined || now === pin.account) {
        const { groups } = pin ?? {};
        const known = { account: now ?? "", email: declared ? "" : email, ...(groups && { groups }) };
        return now === undefined ? undefined : [person, known];
      }
      stopped.set(username, whyStopped(pin, now, email));
      return [person, pin];
    }),
  );
  const matched = found.filter((one) => one !== undefined);
  for (const [account, sharers] of sharedBy(matched)) {
    const names = sharers.map(({ username }) => username).join(", ");
    for (const { username } of sharers)
      stopped.set(
        username,
        `the Bitbucket account ${account} is that of ${names}: it can be one person's only`,
      );
  }
  return {
    accounts: new Map(matched.map(([{ username }, { account }]) => [username, account])),
    stopped,
    pins: new Map([
      ...pins,
      ...matched.flatMap(([{ id, username }, pin]) => (stopped.has(username) ? [] : [[id, pin] as const])),
    ]),
  };
}

function whyStopped({ account }: Pin, now: string | undefined, email: string): string {
  const found =
    now === undefined
      ? `no member of the workspace has ${email || "an address"} now`
      : `it would be ${now} now`;
  return `was matched with the Bitbucket account ${account}, and ${found}; nothing of theirs is changed: make sure of who they are, then add --repin`;
}

function sharedBy(matched: readonly (readonly [RealmPerson, Pin])[]): Map<string, RealmPerson[]> {
  const by = new Map<string, RealmPerson[]>();
  for (const [person, { account }] of matched) by.set(account, [...(by.get(account) ?? []), person]);
  return new Map([...by].filter(([, people]) => people.length > 1));
}
