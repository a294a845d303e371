/**
 * How names and an address come into an account. What is sent is only what differs: Keycloak leaves alone what a request
 * does not name, and what somebody else changed meanwhile (who is disabled, say) is not written over.
 *
 * An address belongs to one account at a time, so one that two swap, or that a successor takes over, has to leave its
 * account first. Whoever has to give it up gets an address that nothing can be sent to and that says so itself; their
 * own profile, which the state still knows as unwritten, puts theirs in its place.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { KeycloakError } from "../client/connection";
import type { KeycloakAdmin, KeycloakUser } from "../client/keycloak";
import { usersWith } from "../client/named";
import { type Session, segment } from "../session";

export interface Profile {
  readonly realm: string;
  readonly userId: string;
  readonly username: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName?: string | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly emailFrom?: readonly string[] | undefined;
}

type Changes = Partial<Pick<KeycloakUser, "username" | "email" | "firstName" | "lastName" | "emailVerified">>;

/** Keycloak keeps user names and addresses in lower case. */
export function alike(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What of an account differs from what is declared. @param before what was declared last */
export function changesOf(user: KeycloakUser, declared: Profile, before?: Profile): Changes {
  const { username, email, firstName, emailVerified } = declared;
  const lastName = declared.lastName ?? (before?.lastName === undefined ? undefined : "");
  return {
    ...(!alike(user.username, username) && { username }),
    ...(!alike(user.email ?? "", email) && { email }),
    ...((user.firstName ?? "") !== firstName && { firstName }),
    ...(lastName !== undefined && (user.lastName ?? "") !== lastName && { lastName }),
    ...(emailVerified !== undefined && (user.emailVerified ?? false) !== emailVerified && { emailVerified }),
  };
}

/** As often as an address is asked for again that another account gave up. */
const mostTries = 3;

/** Makes an account what is declared. @param before what was declared last */
export async function writeProfile(
  declared: Profile,
  before: Profile | undefined,
  session: Session,
): Promise<void> {
  const { realm, userId } = declared;
  const keycloak = session.realm(realm);
  for (let tries = 1; ; tries++) {
    const conflict = await session.account(realm, userId, () => writeOnce(declared, before, keycloak));
    if (conflict === undefined) return;
    await freeAddress(declared, conflict, tries === mostTries, session);
  }
}

/** @returns the conflict with another account, if there is one */
async function writeOnce(
  declared: Profile,
  before: Profile | undefined,
  keycloak: KeycloakAdmin,
): Promise<KeycloakError | undefined> {
  const user = await keycloak.get<KeycloakUser>(pathOf(declared.userId));
  if (user === undefined)
    throw new Problem(
      `realm ${declared.realm} has no account ${declared.userId} (${declared.username}) any more: run this again with --refresh`,
    );
  const changes = changesOf(user, declared, before);
  if (Object.keys(changes).length === 0) return undefined;
  try {
    await keycloak.put(pathOf(declared.userId), changes);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeycloakError)) throw error;
    if (error.status === 409) return error;
    const isFixed = error.message.includes('"error-user-attribute-read-only"');
    if (isFixed && changes.username !== undefined) throw new Problem(fixedName(user, declared));
    throw error;
  }
}

function fixedName({ username }: KeycloakUser, { realm, username: wanted }: Profile): string {
  return `realm ${realm} does not let anybody change user names, so ${username} cannot become ${wanted}: set editUsernameAllowed in the realm, where UserNames holds already that administrators alone may do it; or rename the account by hand where the realm is not yours to change`;
}

/** @throws Problem where nobody is known to give the address up */
async function freeAddress(
  declared: Profile,
  conflict: KeycloakError,
  isLast: boolean,
  session: Session,
): Promise<void> {
  const { realm, userId, username, email, emailFrom = [] } = declared;
  const keycloak = session.realm(realm);
  const holder = (await usersWith(keycloak, "email", email)).find(({ id }) => id !== userId);
  if (holder === undefined) {
    const named = await usersWith(keycloak, "username", username);
    const other = named.find(({ id }) => id !== userId) ?? (await usersWith(keycloak, "username", email))[0];
    if (other !== undefined && other.id !== userId)
      throw new Problem(
        `account ${username} of realm ${realm} (${userId}): another account, ${other.id}, has the user name ${other.username}; give that one another name or remove it, then run this again`,
      );
    if (isLast) throw conflict;
    return; // whoever had it has moved on
  }
  if (isLast || !emailFrom.some((name) => alike(name, holder.username)))
    throw new Problem(
      `account ${username} of realm ${realm}: the address ${email} belongs to ${holder.username} (${holder.id}); give that account another address or remove it, then run this again`,
    );
  await session.account(realm, holder.id, async () => {
    const now = await keycloak.get<KeycloakUser>(pathOf(holder.id));
    if (now === undefined || !alike(now.email ?? "", email)) return;
    await keycloak.put(pathOf(holder.id), { email: placeholderOf(holder.id) });
    session.say(
      `${holder.username} gave the address ${email} up for ${username}, and has none until their own is written (realm ${realm})`,
    );
  });
}

/** An address of nobody, by RFC 2606. */
export function placeholderOf(userId: string): string {
  return `${userId.replace(/[^A-Za-z0-9-]/g, "-").slice(0, 64)}@address-moved.invalid`;
}

function pathOf(userId: string): string {
  return `users/${segment(userId)}`;
}
