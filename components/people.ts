/**
 * The people of a realm: created here where the stack declares them, or found where they come from elsewhere (LDAP,
 * HR). Rights come by teams; what somebody is granted alone, as the exception, is placed here.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sentenceOf, type DesiredPerson, type Person } from "../access";
import { userNamed } from "../clients/named";
import type { Context } from "./context";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import { refuse, twice } from "./validate";

export interface PeopleArgs {
  realm: Realm;
  rights: Pick<Rights, "roleIds">;
  /** User name, name, e-mail address, and what each is granted alone. */
  people: readonly DesiredPerson[];
  /** `declared`: they are created here. `external`: they are there already. */
  from: "declared" | "external";
  context: Pick<Context, "administration">;
}

export class People extends pulumi.ComponentResource {
  /** First passwords of the people created here, by user name; each has to be changed at the first sign-in. Secret. */
  readonly firstPasswords: pulumi.Output<Record<string, string>>;
  /** Those created here, by user name: whatever names a person depends on that account. */
  readonly accounts: ReadonlyMap<string, keycloak.User>;
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

  private placePassword({ username }: Person): pulumi.Output<string> {
    const name = `${username}-first-password`;
    return new random.RandomPassword(name, { length: 24 }, { parent: this }).result;
  }

  private placeAccount(person: Person, password: pulumi.Input<string> = ""): keycloak.User {
    return new keycloak.User(
      person.username,
      {
        realmId: this.args.realm.id,
        username: person.username,
        ...namesOf(person.name),
        email: person.email,
        emailVerified: true,
        enabled: true,
        initialPassword: { value: password, temporary: true },
      },
      // What a person has still to do (set a password, prove an address) changes as they do it; and who was disabled in
      // Keycloak, at night perhaps, must not be let in again by the next run.
      { ...this.args.realm.inside(this), ignoreChanges: ["requiredActions", "enabled"] },
    );
  }

  private placeRoles({ username }: Person, roleIds: pulumi.Output<string>[]): void {
    if (roleIds.length === 0) return;
    const realmId = this.args.realm.id;
    const userId = this.accounts.get(username)?.id ?? realmId.apply((realm) => this.find(realm, username));
    // Not exhaustive: every account holds the default roles of its realm.
    const args = { realmId, userId, roleIds, exhaustive: false };
    new keycloak.UserRoles(username, args, this.args.realm.inside(this));
  }

  /** Not by the plugin, whose `getUser` looks through a page of 100 similar names. */
  private async find(realm: string, username: string): Promise<string> {
    const user = await userNamed(this.args.context.administration(), username);
    if (user !== undefined) return user.id;
    throw new pulumi.RunError(nobody(`person ${username}`, realm));
  }
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
