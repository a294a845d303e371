/**
 * Which members each Bitbucket group gains and loses, given who is in the team in Keycloak.
 * Pure: reading and writing are `sync`'s.
 */
import { percent } from "../../access";

/** A person as Keycloak knows them. */
export interface RealmPerson {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly enabled: boolean;
}

/** What `sync` has to do to one group, or did. Accounts are Bitbucket UUIDs. */
export interface MembershipChange {
  readonly group: string;
  readonly add: readonly Member[];
  readonly remove: readonly Member[];
}

export interface Member {
  readonly account: string;
  /** User name in Keycloak; absent for an account that nobody in the team matches. */
  readonly username?: string;
  /** What Bitbucket calls the account, where it is in the group already. */
  readonly name?: string;
  /** Why they are added or removed. */
  readonly why: string;
}

/** Somebody who is in a team, and whom somebody took out of its group in Bitbucket since `sync` saw them there. */
export interface TakenOut {
  readonly username: string;
  readonly group: string;
}

/** Somebody who is in a team but cannot be placed in Bitbucket, and why. */
interface Unmatched {
  readonly username: string;
  readonly teams: readonly string[];
  readonly reason: string;
}

export interface Membership {
  readonly changes: readonly MembershipChange[];
  readonly unmatched: readonly Unmatched[];
  /** Those who stay out. */
  readonly takenOut: readonly TakenOut[];
  /** What differs in groups of teams whose members are observed: nothing is done there. Default: nothing differs. */
  readonly observed?: readonly MembershipChange[];
  /** Share of today's memberships that the changes take away, 0 to 1. */
  readonly removedShare: number;
}

/** What is known of a person's account. */
export interface Account {
  readonly account: string | undefined;
  /** Why nothing of theirs is changed until somebody has looked. */
  readonly stopped?: string | undefined;
  /** Slugs of the groups that the account was seen in. Default: none. */
  readonly groups?: readonly string[] | undefined;
}

/**
 * A group that holds somebody whom nobody in its team matches, while somebody of the team is unmatched, may hold just
 * that person: such a group loses nobody but people who are known, until they are matched. Whoever was seen in one of a team's
 * groups and is missing there is put into none of them.
 *
 * @param teams the people in each team, by its name
 * @param accountOf what is known of a person's account
 * @param groups the accounts in each Bitbucket group, by slug: their names, by account
 * @param everybody all people of the realm that are known: whoever is in a group but not in its team is named by it
 * @param groupsOf slugs of a team's groups, those of before among them. Default: the team's name
 */
export function membershipOf(
  teams: ReadonlyMap<string, readonly RealmPerson[]>,
  accountOf: (person: RealmPerson) => Account,
  groups: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>,
  {
    everybody = [...teams.values()].flat(),
    groupsOf = (team) => [team],
  }: {
    readonly everybody?: readonly RealmPerson[];
    readonly groupsOf?: (team: string) => readonly string[];
  } = {},
): Membership {
  const owners = new Map<string, RealmPerson>();
  const stopped = new Set<string>();
  for (const person of everybody) {
    const { account, stopped: why } = accountOf(person);
    if (account === undefined) continue;
    owners.set(account, person);
    if (why !== undefined && person.enabled) stopped.add(account);
  }
  const unmatched = new Map<string, { teams: string[]; reason: string }>();
  const takenOut: TakenOut[] = [];
  const changes: MembershipChange[] = [];
  let [present, removed] = [0, 0];

  for (const [team, people] of teams) {
    const wanted = new Set<string>();
    const out = new Set<string>();
    const all = groupsOf(team);
    let complete = true;
    for (const person of people) {
      if (!person.enabled) continue;
      const { account, stopped: why, groups: seen } = accountOf(person);
      if (account !== undefined && why === undefined) {
        wanted.add(account);
        const from = all.filter((group) => seen?.includes(group) && !groups.get(group)?.has(account));
        if (from.length > 0) out.add(account);
        takenOut.push(...from.map((group) => ({ username: person.username, group })));
        continue;
      }
      if (account === undefined) complete = false;
      const entry = unmatched.get(person.username) ?? { teams: [], reason: why ?? whyUnmatched(person) };
      entry.teams.push(team);
      unmatched.set(person.username, entry);
    }
    for (const group of all) {
      const found = groups.get(group) ?? new Map<string, string | undefined>();
      const add = [...wanted].filter((uuid) => !found.has(uuid) && !out.has(uuid)).sort();
      const remove = [...found.keys()]
        .filter((uuid) => !wanted.has(uuid) && !stopped.has(uuid) && (complete || owners.has(uuid)))
        .sort();
      present += found.size;
      removed += remove.length;
      const member =
        (why: (uuid: string) => string) =>
        (uuid: string): Member => ({
          account: uuid,
          username: owners.get(uuid)?.username,
          name: found.get(uuid),
          why: why(uuid),
        });
      if (add.length + remove.length === 0) continue;
      changes.push({
        group,
        add: add.map(member(() => `is in the team ${team} in Keycloak`)),
        remove: remove.map(member((uuid) => whyRemoved(owners.get(uuid), team))),
      });
    }
  }
  return {
    changes,
    unmatched: [...unmatched].map(([username, entry]) => ({ username, ...entry })),
    takenOut,
    removedShare: present === 0 ? 0 : removed / present,
  };
}

/** So few may always go: in a small company one team is a large share. */
const alwaysAllowed = 3;

/** Why the changes are refused unless somebody insists, or undefined. @param largest share of all, 0 to 1 */
export function removalProblem({ changes, removedShare }: Membership, largest: number): string | undefined {
  const removed = changes.reduce((total, { remove }) => total + remove.length, 0);
  if (removed <= alwaysAllowed || removedShare <= largest) return undefined;
  return `found ${removed} memberships to remove, ${percent(removedShare)} of all; at most ${percent(largest)} go at once; nothing was changed: look at the list, and if it is right, add --allow-many-removals`;
}

/**
 * Why nothing is done at all, or undefined: people without whom a realm is more likely broken than right.
 *
 * @param owners those of `access.yaml`
 * @param least the least number of them who have to be able to sign in
 * @param required user names who have to be in a team, and matched
 */
export function peopleProblem(
  teams: ReadonlyMap<string, readonly RealmPerson[]>,
  isMatched: (person: RealmPerson) => boolean,
  { owners, least, required }: { owners: readonly RealmPerson[]; least: number; required: readonly string[] },
): string | undefined {
  const able = owners.filter(({ enabled }) => enabled).map(({ username }) => username);
  if (able.length < least) {
    return `found ${able.length} of the owners enabled in the realm (${able.join(", ") || "none"}); at least ${least} have to be; nothing was changed: name others under "owners" in access.yaml, or enable them`;
  }
  const present = [...teams.values()].flat().filter((person) => person.enabled && isMatched(person));
  const missing = required.filter((name) => !present.some(({ username }) => username === name));
  if (missing.length === 0) return undefined;
  return `found no team with ${missing.join(", ")}, enabled and matched with an account, who is required; nothing was changed: look into the realm, or take the name from --require`;
}

function whyRemoved(person: RealmPerson | undefined, team: string): string {
  if (person === undefined) return "matches nobody in a team of the realm";
  return person.enabled ? `is not in the team ${team} in Keycloak` : "is disabled in Keycloak";
}

function whyUnmatched({ email, emailVerified }: RealmPerson): string {
  if (email === undefined) return "has no e-mail address in Keycloak";
  if (!emailVerified) return `the e-mail address ${email} is not verified in Keycloak`;
  return `no member of the workspace has the e-mail address ${email}: invite them (--invite), or write "account" beside their name in access.yaml`;
}
