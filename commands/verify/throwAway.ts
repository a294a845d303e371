/**
 * People and clients who exist for the length of a check. They are recognized by name, and people by an address at which
 * nobody can ever get mail (RFC 2606), so that `sync` leaves them alone, and the next run removes what a killed one has
 * left.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { KeycloakError, type KeycloakAdmin, type KeycloakUser } from "../../clients/keycloak";

const prefix = "verify-";
const domain = "verify.invalid";
/** How the description of a throw-away client begins; the moment follows. */
const made = "Made by verify at ";
/** A run is over long before that, in milliseconds. */
const abandonedAfter = 3_600_000;

export interface ThrowAwayPerson {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** What a client signs in with. */
interface Secret {
  readonly clientId: string;
  readonly secret: string;
}

/** By name and address both: a real person may be called `verify-…`. */
export function isThrowAway({ username, email }: Pick<KeycloakUser, "username" | "email">): boolean {
  return username.startsWith(prefix) && (email?.endsWith(`@${domain}`) ?? false);
}

/** Whether the id begins with `verify-`. */
export function isThrowAwayClient(clientId: string): boolean {
  return clientId.startsWith(prefix);
}

export class ThrowAway {
  /** Paths, in the order in which they were made. */
  private readonly made: string[] = [];
  private readonly shared = new Map<string, Promise<ThrowAwayPerson>>();
  private readonly sharedNames = new Set<string>();
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(private readonly keycloak: KeycloakAdmin) {}

  /** Somebody new, in this group if one is named. */
  async person(groupId?: string): Promise<ThrowAwayPerson> {
    const username = `${prefix}${randomBytes(5).toString("hex")}`;
    const email = `${username}@${domain}`;
    const password = randomBytes(24).toString("base64url");
    const names = { firstName: "Throw-Away", lastName: "Person" };
    const credentials = [{ type: "password", value: password, temporary: false }];
    const path = await this.keycloak.post("users", {
      username,
      email,
      emailVerified: true,
      enabled: true,
      ...names,
      credentials,
    });
    const id = path ?? "";
    this.made.push(`users/${id}`);
    if (groupId !== undefined) await this.keycloak.put(`users/${id}/groups/${groupId}`);
    return { id, username, email, name: `${names.firstName} ${names.lastName}`, password };
  }

  /** The one person in this group whom all checks share that change nothing about them. */
  member(groupId: string): Promise<ThrowAwayPerson> {
    const known = this.shared.get(groupId) ?? this.person(groupId);
    this.shared.set(groupId, known);
    return known.then((person) => {
      this.sharedNames.add(person.username);
      return person;
    });
  }

  /**
   * One after the other for each person: Keycloak takes sign-ins that come together for guessing, and notes that one has
   * ended a moment after it has answered. Whom checks share has the right password, so they are let try again.
   */
  inLine<T>({ username }: Pick<ThrowAwayPerson, "username">, act: () => Promise<T>): Promise<T> {
    const attempt = this.sharedNames.has(username) ? () => persistently(act) : act;
    const done = (this.lines.get(username) ?? Promise.resolve()).then(attempt, attempt);
    this.lines.set(username, done);
    return done;
  }

  /** Tries to make another person with this address. @returns the status of Keycloak's answer */
  async second(email: string): Promise<number> {
    const username = `${prefix}${randomBytes(5).toString("hex")}`;
    return statusOf(async () => {
      const id = await this.keycloak.post("users", { username, email, enabled: false });
      this.made.push(`users/${id ?? ""}`);
    });
  }

  /** Tries to give somebody a password. @returns the status of Keycloak's answer */
  tryPassword(id: string, value: string): Promise<number> {
    const credential = { type: "password", value, temporary: false };
    return statusOf(() => this.keycloak.put(`users/${id}/reset-password`, credential));
  }

  /** A service account whose tokens live for so many seconds. */
  serviceAccount(seconds: number): Promise<Secret> {
    return this.client({
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      attributes: { "access.token.lifespan": String(seconds) },
    });
  }

  /**
   * An agent that holds every one of these scopes, and a client at which people sign in to hand it their tokens.
   *
   * @param scopes names of client scopes
   */
  async agent(scopes: readonly string[], redirectUri: string): Promise<{ agent: Secret; hand: Secret }> {
    const agent = await this.client({
      defaultClientScopes: ["basic", "roles"],
      optionalClientScopes: scopes,
      standardFlowEnabled: false,
      attributes: { "standard.token.exchange.enabled": "true" },
    });
    const config = { "included.custom.audience": agent.clientId, "access.token.claim": "true" };
    const hand = await this.client({
      redirectUris: [redirectUri],
      defaultClientScopes: ["basic"],
      optionalClientScopes: [],
      standardFlowEnabled: true,
      protocolMappers: [
        { name: "audience", protocol: "openid-connect", protocolMapper: "oidc-audience-mapper", config },
      ],
    });
    return { agent, hand };
  }

  /** A client whose tokens let their holder do with their own account what they may do at all. */
  accountClient(redirectUri: string): Promise<Secret> {
    return this.client({
      redirectUris: [redirectUri],
      defaultClientScopes: ["basic", "roles"],
      standardFlowEnabled: true,
      fullScopeAllowed: true,
    });
  }

  /** A confidential client that can do nothing but what these settings say. */
  private async client(settings: object): Promise<Secret> {
    const clientId = `${prefix}${randomBytes(5).toString("hex")}`;
    const secret = randomBytes(24).toString("base64url");
    const id = await this.keycloak.post("clients", {
      clientId,
      secret,
      fullScopeAllowed: false,
      ...settings,
    });
    this.made.push(`clients/${id ?? ""}`);
    return { clientId, secret };
  }

  /** @throws AggregateError that names what could not be removed; the rest is */
  async remove(): Promise<void> {
    const failed: Error[] = [];
    for (const path of this.made.splice(0).reverse()) {
      await this.keycloak.delete(path).catch((error: unknown) => {
        failed.push(new Error(`${path} is left in the realm: ${String(error)}`));
      });
    }
    if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join("; "));
  }

  /** What runs have left that were killed. */
  async removeAbandoned(now = Date.now()): Promise<void> {
    type Dated = KeycloakUser & { createdTimestamp?: number };
    const people = await this.keycloak.people<Dated>("users", { search: `${prefix}*` });
    for (const person of people) {
      const age = now - (person.createdTimestamp ?? now);
      if (isThrowAway(person) && age > abandonedAfter) await this.keycloak.delete(`users/${person.id}`);
    }
    type Described = { id: string; clientId: string; description?: string };
    const clients = await this.keycloak.list<Described>("clients", { clientId: prefix, search: "true" });
    for (const { id, clientId, description = "" } of clients) {
      const age = now - Date.parse(description.slice(made.length));
      if (isThrowAwayClient(clientId) && description.startsWith(made) && age > abandonedAfter)
        await this.keycloak.delete(`clients/${id}`);
    }
  }
}

/** Tries again, later and later, what Keycloak refuses as it refuses a wrong password. */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (const pause of [200, 500, 1000, 2000]) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes("Invalid username or password")) throw error;
      await sleep(pause);
    }
  }
  return act();
}

/** 200 stands for success. */
async function statusOf(act: () => Promise<unknown>): Promise<number> {
  try {
    await act();
    return 200;
  } catch (error) {
    if (error instanceof KeycloakError && error.status !== undefined) return error.status;
    throw error;
  }
}
