/**
 * Who somebody is in the words of the other systems: Git knows an address, Bitbucket an account, Keycloak and
 * `access.yaml` a user name. What is found is added to what was known; nothing is guessed.
 */
import type { Model } from "../access";
import type { KeycloakAdmin, KeycloakUser } from "../clients/keycloak";
import { readPins } from "../clients/pins";
import type { Person } from "./entry";

export class Directory {
  private pinned: Promise<ReadonlyMap<string, Person>> | undefined;

  /**
   * @param model undefined where `access.yaml` cannot be read
   * @param realm where sync keeps which account is whose; undefined: it is not asked
   */
  constructor(
    private readonly model: Pick<Model, "people"> | undefined,
    private readonly realm?: KeycloakAdmin,
  ) {}

  async known(person: Person): Promise<Person> {
    const declared = this.declared(person);
    if (declared !== undefined) return { ...declared, ...person };
    if (person.account === undefined) return person;
    const pinned = (await this.pins()).get(person.account);
    return pinned === undefined ? person : { ...this.declared(pinned), ...pinned, ...person };
  }

  private declared({ username, email, account }: Person): Person | undefined {
    const found = this.model?.people.find(
      (one) =>
        (username !== undefined && one.username === username) ||
        (email !== undefined && one.email.toLowerCase() === email.toLowerCase()) ||
        (account !== undefined && one.account === account),
    );
    return found && personOf(found);
  }

  private pins(): Promise<ReadonlyMap<string, Person>> {
    // Who cannot be asked knows nobody: an account is a name, too.
    return (this.pinned ??= this.readPins().catch(() => new Map<string, Person>()));
  }

  private async readPins(): Promise<ReadonlyMap<string, Person>> {
    const people = new Map<string, Person>();
    if (this.realm === undefined) return people;
    for (const [id, { account, email }] of (await readPins(this.realm)) ?? []) {
      const user = await this.realm.get<KeycloakUser>(`users/${id}`);
      const address = user?.email ?? email;
      people.set(account, {
        ...(user && { username: user.username }),
        ...(address !== "" && { email: address }),
      });
    }
    return people;
  }
}

function personOf({ username, name, email, account }: Model["people"][number]): Person {
  return { username, name, email, ...(account !== undefined && { account }) };
}

/** What people call somebody. A name that nobody vouches for stands with what it came with. */
export function nameOf({ username, name, email, account, machine }: Person): string {
  if (username !== undefined) return username;
  const other = email ?? account;
  if (name !== undefined) return other === undefined ? name : `${name} <${other}>`;
  return other ?? machine ?? "somebody";
}

/**
 * What tells somebody from everybody else, each with its kind, in lower case: a user name is no address. A display name is
 * what anybody may call themselves, and counts for those alone of whom nothing else is known.
 */
export function keysOf({ username, name, email, account, machine }: Person): string[] {
  const keys = Object.entries({ username, email, account });
  const own = keys.some(([, value]) => value !== undefined) ? keys : Object.entries({ name, machine });
  return own.flatMap(([kind, value]) => (value === undefined ? [] : [keyOf(kind, value)]));
}

export function keyOf(kind: string, value: string): string {
  return `${kind} ${value.toLowerCase()}`;
}

/** The same person is told once, with all that is known. */
export function distinct(people: readonly Person[]): Person[] {
  const told: Person[] = [];
  for (const person of people) {
    const keys = keysOf(person);
    const at = told.findIndex((one) => keysOf(one).some((key) => keys.includes(key)));
    const known = told[at];
    if (known === undefined) told.push(person);
    else told[at] = { ...person, ...known };
  }
  return told;
}
