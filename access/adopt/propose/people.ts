/**
 * Whose account is whose. An account that the person's own entry names is theirs, then one with an address that the realm has
 * verified; a like name is proposed to people, and decides nothing.
 */
import { isEmail } from "../../file/email";
import { nameRules } from "../../file/nameRules";
import { accountOfClient } from "../../names";
import { compare } from "../../problem";
import { grouped } from "../../tree";
import type { Found, FoundAccount, FoundUser } from "../found";
import { onOneLine } from "./words";

/** Somebody of the realm who can be written into the file. */
export interface KnownPerson {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** UUID of their Bitbucket account. */
  readonly account?: string;
  readonly by?: "account" | "verified address";
}

/** An account that nobody of the realm is known to have. */
interface Stranger {
  readonly account: FoundAccount;
  readonly why: string;
  /** User name of somebody who is called alike. */
  readonly looksLike?: string;
}

export interface People {
  /** By user name, in its order. */
  readonly known: ReadonlyMap<string, KnownPerson>;
  /** By the UUID of their account. */
  readonly byAccount: ReadonlyMap<string, KnownPerson>;
  /** By Keycloak's id. */
  readonly byId: ReadonlyMap<string, KnownPerson>;
  /** By the UUID of the account. */
  readonly strangers: ReadonlyMap<string, Stranger>;
}

export function matchPeople({ workspace, realm }: Pick<Found, "workspace" | "realm">): People {
  const usable = usableUsers(realm.users);
  const claims = grouped(
    usable.flatMap((user) => (user.accounts ?? []).map((account) => ({ user, account }))),
    ({ account }) => account,
  );
  const matched = new Map<string, { user: FoundUser; by: KnownPerson["by"] }>();
  const taken = new Set<string>();
  const accounts = [...workspace.accounts].sort((a, b) => compare(a.uuid, b.uuid));
  const take = (account: FoundAccount, user: FoundUser, by: KnownPerson["by"]) => {
    if (taken.has(user.id) || matched.has(account.uuid)) return;
    taken.add(user.id);
    matched.set(account.uuid, { user, by });
  };
  for (const account of accounts) {
    const [claim, other] = claims.get(account.uuid) ?? [];
    if (claim !== undefined && other === undefined) take(account, claim.user, "account");
  }
  const byEmail = new Map(usable.flatMap((user) => (user.emailVerified ? [[emailOf(user), user]] : [])));
  const addresses = grouped(accounts, ({ email = "" }) => email.toLowerCase());
  for (const account of accounts) {
    const address = account.email?.toLowerCase() ?? "";
    const user = byEmail.get(address);
    const isClaimed = claims.has(account.uuid) || (user?.accounts?.length ?? 0) > 0;
    if (user !== undefined && addresses.get(address)?.length === 1 && !isClaimed)
      take(account, user, "verified address");
  }
  return peopleOf(usable, matched, accounts, realm.users);
}

function peopleOf(
  usable: readonly FoundUser[],
  matched: ReadonlyMap<string, { user: FoundUser; by: KnownPerson["by"] }>,
  accounts: readonly FoundAccount[],
  all: readonly FoundUser[],
): People {
  const accountOf = new Map([...matched].map(([account, { user, by }]) => [user.id, { account, by }]));
  const people = usable.map((user): KnownPerson => {
    const { account, by } = accountOf.get(user.id) ?? {};
    return {
      id: user.id,
      username: user.username,
      name: fullName(user),
      email: emailOf(user),
      ...(account !== undefined && { account }),
      ...(by !== undefined && { by }),
    };
  });
  const strangers = accounts.flatMap((account): Stranger[] => {
    if (matched.has(account.uuid)) return [];
    const like = usable.filter((user) => alike(fullName(user)) === alike(account.name));
    const [one] = like;
    const looksLike = one !== undefined && like.length === 1 ? { looksLike: one.username } : {};
    return [{ account, why: whyNobody(account, all), ...looksLike }];
  });
  return {
    known: new Map(people.map((person) => [person.username, person])),
    byAccount: new Map(people.flatMap((person) => (person.account ? [[person.account, person]] : []))),
    byId: new Map(people.map((person) => [person.id, person])),
    strangers: new Map(strangers.map((one) => [one.account.uuid, one])),
  };
}

/** Those whom the file can name: enabled, with a legal name and an address of their own. */
function usableUsers(users: readonly FoundUser[]): FoundUser[] {
  const addresses = grouped(users, emailOf);
  const isTaken = (user: FoundUser) => addresses.get(emailOf(user))?.length !== 1;
  const isOthersAddress = (user: FoundUser) =>
    user.username !== emailOf(user) && addresses.has(user.username);
  return users
    .filter(
      (user) =>
        user.enabled &&
        nameRules.person.pattern.test(user.username) &&
        user.username.length <= 255 &&
        !user.username.startsWith(accountOfClient()) &&
        isEmail(emailOf(user)) &&
        !isTaken(user) &&
        !isOthersAddress(user),
    )
    .sort((a, b) => compare(a.username, b.username));
}

function whyNobody({ uuid, email, isBot }: FoundAccount, users: readonly FoundUser[]): string {
  if (isBot === true) return "a program's account";
  const theirs = users.filter(
    (user) =>
      (user.accounts ?? []).includes(uuid) || (email !== undefined && emailOf(user) === email.toLowerCase()),
  );
  const [one] = theirs;
  if (one === undefined) return "nobody in the realm has this account or its address";
  if (theirs.length > 1) return `several people in the realm claim it: ${namesOf(theirs)}`;
  if (!one.enabled) return `${one.username} is disabled in the realm`;
  if (!one.emailVerified) return `the address of ${one.username} is not verified in the realm`;
  return `${one.username} has another account, or no legal name or address of their own`;
}

const namesOf = (users: readonly FoundUser[]) =>
  users
    .map(({ username }) => username)
    .sort(compare)
    .join(", ");

const emailOf = ({ email = "" }: FoundUser) => email.toLowerCase().normalize("NFC");

/** First and last name on one line, as far as they can be written; else the user name. */
function fullName({ username, firstName = "", lastName = "" }: FoundUser): string {
  const name = onOneLine(`${firstName} ${lastName}`);
  return name === "" || name.length > 255 ? username : name.normalize("NFC");
}

const alike = (name: string) => name.toLowerCase().replace(/\s+/g, " ").trim();
