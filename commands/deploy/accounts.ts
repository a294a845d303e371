/**
 * Which Bitbucket account a person had before a change, and whether an approval by it can count. The change could make
 * somebody somebody else, and so could an e-mail address: it can be given to another. What counts is the account that
 * `access.yaml` named before, else the one that `sync` remembered for the person, by an id that nobody can choose.
 */
import type { Model } from "../../access";
import type { KeycloakAdmin, KeycloakUser } from "../../clients/keycloak";
import { userNamed } from "../../clients/named";
import { readPins, type Pins } from "../../clients/pins";

export interface Found {
  /** UUID of the account; absent: an approval by this person cannot count. */
  readonly account?: string;
  /** Why it cannot. */
  readonly why?: string;
  /** Where the account is known from. */
  readonly by?: "access.yaml" | "pin" | "e-mail address";
}

/** What the stack was last brought up with. */
export interface Baseline {
  readonly people: Model["people"];
  /** Its realm, not that of the change. */
  readonly realm: Pick<KeycloakAdmin, "get">;
  /** Name of the realm. */
  readonly name: string;
}

export class Accounts {
  private readonly known = new Map<string, Promise<Found>>();
  private pinned: Promise<Pins | undefined> | undefined;

  /** @param accountOf the one member of the workspace with an e-mail address, if there is one */
  constructor(
    private readonly baseline: Baseline,
    private readonly accountOf: (email: string) => Promise<string | undefined>,
  ) {}

  of(username: string): Promise<Found> {
    const known = this.known.get(username) ?? this.find(username).catch(unreadable);
    this.known.set(username, known);
    return known;
  }

  /** The account of somebody as a file describes them. */
  async behind({
    email,
    account,
  }: Pick<Model["people"][number], "email" | "account">): Promise<string | undefined> {
    return account ?? this.accountOf(email);
  }

  private async find(username: string): Promise<Found> {
    const { realm, name, people } = this.baseline;
    const user = await userNamed(realm, username);
    // Under two spellings one person would be two, and approve of what they gain.
    if (user?.username !== username) return { why: `is not in realm ${name} in just these letters` };
    if (user.enabled !== true) return { why: `is disabled in realm ${name}` };
    const person = people.find((one) => one.username === username);
    const pins = await (this.pinned ??= readPins(realm));
    const pin = pins?.get(user.id);
    if (person?.account !== undefined) {
      if (pin === undefined || pin.account === person.account)
        return { account: person.account, by: "access.yaml" };
      return {
        why: `access.yaml named the Bitbucket account ${person.account}, and sync remembers ${pin.account}: make sure of who they are, then run sync with --repin`,
      };
    }
    if (pin !== undefined) return { account: pin.account, by: "pin" };
    if (pins !== undefined && pins.size > 0)
      return { why: `has no Bitbucket account that sync remembers: put them into a team and run sync` };
    return this.byAddress(person, user);
  }

  /** Only where nobody was ever remembered: before the first `sync` of a realm. */
  private async byAddress(person: Model["people"][number] | undefined, user: KeycloakUser): Promise<Found> {
    if (person === undefined || person.email.toLowerCase() !== user.email?.toLowerCase())
      return { why: "has no Bitbucket account that is known, and another e-mail address in Keycloak than in access.yaml: run sync" }; // prettier-ignore
    const account = await this.accountOf(person.email);
    return account === undefined
      ? { why: `no member of the workspace has the address ${person.email}` }
      : { account, by: "e-mail address" };
  }
}

function unreadable(error: unknown): Found {
  return {
    why: `nobody can say whose account it is: ${error instanceof Error ? error.message : String(error)}`,
  };
}
