/**
 * The people of a realm: created here where the stack declares them, or found where they come from elsewhere (LDAP,
 * HR). Rights come by teams; what somebody is granted alone, as the exception, is placed here.
 */
import * as keycloak from "@pulumi/keycloak";
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sentenceOf, type DesiredPerson } from "../access";
import { formerly } from "./formerly";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import { refuse, twice } from "./validate";

/** Ids by user name; undefined where they could not be looked up: no realm yet, or a preview that may see no people. */
export type FoundPeople = ReadonlyMap<string, string> | undefined;

export interface PeopleArgs {
  realm: Realm;
  rights: Pick<Rights, "roleIds">;
  /** User name, name, e-mail address, and what each is granted alone. */
  people: readonly DesiredPerson[];
  /** `declared`: they are created here. `external`: they are there already, and these are those who are named. */
  from: "declared" | { readonly external: Promise<FoundPeople> };
  /** User names of those who had somebody's address in the last run, by the address. Default: nobody else had any. */
  addressesBefore?: ReadonlyMap<string, readonly string[]>;
}

export class People extends pulumi.ComponentResource {
  /** First passwords of the people created here, by user name; each has to be changed at the first sign-in. Secret. */
  readonly firstPasswords: pulumi.Output<Record<string, string>>;
  private readonly accounts: ReadonlyMap<string, keycloak.User>;
  private readonly args: PeopleArgs;

  constructor(name: string, args: PeopleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { people, from } = args;
    refuse(
      twice(
        `people ${name}`,
        people.map(({ username }) => username),
      ),
    );
    const roles = people.map((person) => ({
      person,
      roleIds: person.roles.map((role) => roleIdOf(`person ${person.username}`, role, args.rights)),
    }));
    super("bitbucket-keycloak:index:People", name, {}, opts);
    this.args = args;

    const declared = from === "declared" ? people : [];
    const passwords = new Map(declared.map((person) => [person.username, this.placePassword(person)]));
    this.accounts = new Map(
      declared.map((person) => [person.username, this.placeAccount(person, passwords.get(person.username))]),
    );
    for (const { person, roleIds } of roles) this.placeRoles(person, roleIds);

    this.firstPasswords = pulumi.secret(pulumi.all(Object.fromEntries(passwords)));
    this.registerOutputs({ firstPasswords: this.firstPasswords });
  }

  /**
   * The id of somebody's account.
   *
   * @param path who asks, as what. Example: `team payments: member dora`
   * @throws pulumi.RunError within the output, if nobody of this name is there
   */
  idOf(path: string, username: string): pulumi.Output<string> {
    const { from, realm } = this.args;
    const account = this.accounts.get(username)?.id;
    if (account !== undefined) return account;
    const found = from === "declared" ? Promise.resolve<FoundPeople>(new Map()) : from.external;
    return pulumi.all([realm.id, found.then((ids) => idIn(ids, username))]).apply(([realmId, id]) => {
      if (id === undefined) throw new pulumi.RunError(nobody(path, realmId));
      return id;
    });
  }

  /** Ids of those of some user names, of today or of before, whose accounts are known here; of the others none. */
  idsOf(usernames: readonly string[]): pulumi.Output<string[]> {
    const { from, people } = this.args;
    const nowCalled = (name: string) =>
      people.find(({ username, previously }) => username === name || previously === name)?.username ?? name;
    const names = usernames.map(nowCalled);
    if (from === "declared") return pulumi.all(names.flatMap((name) => this.accounts.get(name)?.id ?? []));
    return pulumi.output(from.external.then((ids) => names.flatMap((name) => ids?.get(name) ?? [])));
  }

  private placePassword({ username, previously }: DesiredPerson): pulumi.Output<string> {
    const suffix = "-first-password";
    const options = { parent: this, ...formerly(previously, suffix) };
    return new random.RandomPassword(`${username}${suffix}`, { length: 24 }, options).result;
  }

  private placeAccount(person: DesiredPerson, password: pulumi.Input<string> = ""): keycloak.User {
    const { username, email, previously } = person;
    const { realm, addressesBefore } = this.args;
    const own = [username, previously];
    const emailFrom = addressesBefore?.get(email.toLowerCase())?.filter((one) => !own.includes(one)) ?? [];
    const options = { ...realm.inside(this), ...formerly(previously) };
    const account = new keycloak.User(
      username,
      {
        realmId: realm.id,
        username,
        ...namesOf(person.name),
        // An address that somebody else gives up in this run is free only once their own is written.
        ...(emailFrom.length === 0 && { email }),
        emailVerified: true,
        enabled: true,
        initialPassword: { value: password, temporary: true },
      },
      { ...options, ignoreChanges: [...onlyAtCreation] },
    );
    new identity.Profile(
      username,
      {
        realm: realm.id,
        userId: account.id,
        username,
        email,
        // None where there is but one name.
        lastName: "",
        ...namesOf(person.name),
        emailVerified: true,
        ...(emailFrom.length > 0 && { emailFrom }),
      },
      options,
    );
    return account;
  }

  private placeRoles({ username, previously }: DesiredPerson, roleIds: pulumi.Output<string>[]): void {
    if (roleIds.length === 0) return;
    const { realm } = this.args;
    const userId = this.idOf(`person ${username}`, username);
    // Not exhaustive: every account holds the default roles of its realm.
    const args = { realmId: realm.id, userId, roleIds, exhaustive: false };
    new keycloak.UserRoles(username, args, { ...realm.inside(this), ...formerly(previously) });
  }
}

/**
 * All that an account is created with, and never changed by: the plugin writes a whole person, and with it whether they are
 * enabled and what they have to do, as its state has it, and takes away their links to identity providers. Whom somebody
 * disabled at night would be let in again by a new spelling of their name. What changes is the profile's.
 */
const onlyAtCreation = [
  "attributes",
  "email",
  "emailVerified",
  "enabled",
  "federatedIdentities",
  "firstName",
  "import",
  "initialPassword",
  "lastName",
  "requiredActions",
  "username",
] as const satisfies readonly (keyof keycloak.UserArgs)[];

/** Where nobody could look, it is not known, and not nobody. */
function idIn(ids: FoundPeople, username: string): string | undefined {
  return ids === undefined ? (pulumi.unknown as unknown as string) : ids.get(username);
}

/** What is said of somebody who has to come from elsewhere, and has not come. */
export function nobody(path: string, realm: string): string {
  return sentenceOf({
    path,
    found: `nobody of this user name in realm ${realm}`,
    allowed: "somebody whom its directory has (keycloak.people: external)",
    fix: "correct the name in access.yaml, or bring them into the directory first",
  });
}

/** Keycloak keeps two names; the last word is the family name, and a single word is a first name. */
export function namesOf(name: string): { firstName: string; lastName?: string } {
  const words = name.trim().split(/\s+/);
  if (words.length < 2) return { firstName: name.trim() };
  return { firstName: words.slice(0, -1).join(" "), lastName: words[words.length - 1] };
}
