/**
 * Which members each Bitbucket group gains and loses, given who is in the Keycloak group of the same name.
 * Pure: reading and writing are `sync`'s.
 */

/** A person as Keycloak knows them. */
export interface RealmPerson {
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
}

/** Somebody who is in a team but cannot be placed in Bitbucket, and why. */
export interface Unmatched {
  readonly username: string;
  readonly teams: readonly string[];
  readonly reason: string;
}

export interface Membership {
  readonly changes: readonly MembershipChange[];
  readonly unmatched: readonly Unmatched[];
  /** Share of today's memberships that the changes take away, 0 to 1. */
  readonly removedShare: number;
}

/**
 * A group that holds somebody whom nobody in its team matches, while somebody of the team is unmatched, may hold just
 * that person: such a group loses nobody until they are matched.
 *
 * @param teams the people in each Keycloak group, by group name
 * @param account the Bitbucket account of a person, or undefined where none matches
 * @param groups the accounts in each Bitbucket group, by slug: their names, by account
 */
export function membershipOf(
  teams: ReadonlyMap<string, readonly RealmPerson[]>,
  account: (person: RealmPerson) => string | undefined,
  groups: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>,
): Membership {
  const unmatched = new Map<string, { teams: string[]; reason: string }>();
  const usernames = new Map<string, string>();
  const changes: MembershipChange[] = [];
  let [present, removed] = [0, 0];

  for (const [team, people] of teams) {
    const wanted = new Set<string>();
    let complete = true;
    for (const person of people) {
      const uuid = account(person);
      if (uuid !== undefined) usernames.set(uuid, person.username);
      if (!person.enabled) continue;
      if (uuid !== undefined) wanted.add(uuid);
      else {
        complete = false;
        const entry = unmatched.get(person.username) ?? { teams: [], reason: whyUnmatched(person) };
        entry.teams.push(team);
        unmatched.set(person.username, entry);
      }
    }
    const found = groups.get(team) ?? new Map<string, string | undefined>();
    const add = [...wanted].filter((uuid) => !found.has(uuid)).sort();
    const remove = complete ? [...found.keys()].filter((uuid) => !wanted.has(uuid)).sort() : [];
    present += found.size;
    removed += remove.length;
    const member = (uuid: string): Member => ({
      account: uuid,
      username: usernames.get(uuid),
      name: found.get(uuid),
    });
    if (add.length + remove.length > 0) {
      changes.push({ group: team, add: add.map(member), remove: remove.map(member) });
    }
  }
  return {
    changes,
    unmatched: [...unmatched].map(([username, entry]) => ({ username, ...entry })),
    removedShare: present === 0 ? 0 : removed / present,
  };
}

/** Above this share of all memberships, a removal is more likely a broken directory than people who left. */
export const largestRemoval = 0.25;
/** So few may always go: in a small company one team is a large share. */
const alwaysAllowed = 3;

/** Why the changes are refused unless somebody insists, or undefined. */
export function removalProblem({ changes, removedShare }: Membership): string | undefined {
  const removed = changes.reduce((total, { remove }) => total + remove.length, 0);
  if (removed <= alwaysAllowed || removedShare <= largestRemoval) return undefined;
  const share = (part: number) => `${Math.round(part * 100)} %`;
  return `found ${removed} memberships to remove, ${share(removedShare)} of all; at most ${share(largestRemoval)} go at once; nothing was changed: look at the list, and if it is right, add --allow-many-removals`;
}

function whyUnmatched({ email, emailVerified }: RealmPerson): string {
  if (email === undefined) return "has no e-mail address in Keycloak";
  if (!emailVerified) return `the e-mail address ${email} is not verified in Keycloak`;
  return `no member of the workspace has the e-mail address ${email}: invite them, or write "account" beside their name in access.yaml`;
}
