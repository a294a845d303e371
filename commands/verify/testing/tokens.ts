/** The tokens of a realm: what they say, of whom, for how long, and by which key. */
import { createPublicKey, randomUUID, sign, type KeyObject } from "node:crypto";
import { groupsOf, type Client, type Person, type Realm } from "./model";

export type Claims = Readonly<Record<string, unknown>>;

/** Who is signed in, where. */
export interface Holder {
  readonly id: string;
  readonly person: Person;
  readonly client: Client;
}

export class Tokens {
  constructor(private readonly realm: Realm) {}

  /** Of the roles that somebody has, those that come into this client's tokens; and what comes with full scope. */
  rolesIn(client: Client, held: readonly string[], brought: readonly string[] = []): Claims {
    const { scopes } = this.realm;
    const byScope = client.defaultClientScopes.flatMap((name) => scopes.get(name) ?? []);
    const shows = new Set([...client.mayShow, ...byScope, ...brought]);
    const roles = held.filter((role) => client.fullScopeAllowed || shows.has(role));
    return {
      ...(roles.length > 0 && { resource_access: { bitbucket: { roles } } }),
      ...(client.fullScopeAllowed && { realm_access: { roles: ["default-roles-small"] } }),
    };
  }

  accessToken(client: Client, claims: Claims, person?: Person): string {
    const own = Number(client.attributes["access.token.lifespan"] ?? this.realm.accessTokenLifespan);
    const actsFor = this.realm.faults.exchangeActsFor;
    const name = claims.sid === undefined && actsFor !== undefined ? actsFor : person?.username;
    return this.signed(
      { ...this.common(person, own), ...(name !== undefined && { preferred_username: name }), ...claims },
      this.keyFor("access"),
    );
  }

  idToken(person: Person, claims: Claims): string {
    return this.signed({ ...this.common(person, 300), ...claims }, this.keyFor("id"));
  }

  refreshToken({ id, person, client }: Holder): string {
    const { ssoSessionIdleTimeout, ssoSessionMaxLifespan } = this.realm;
    const longest = Number(client.attributes["client.session.max.lifespan"] ?? ssoSessionMaxLifespan);
    const life = Math.min(ssoSessionIdleTimeout, longest);
    return this.signed({ ...this.common(person, life), sid: id }, this.keyFor("access"));
  }

  saidOf(person: Person, mappers: readonly { claim: string; says: string }[]): Claims {
    const { username, email, firstName, lastName } = person;
    const in_ = groupsOf(this.realm).filter(({ group }) => person.groups.includes(group.id));
    const known: Claims = {
      username,
      email,
      name: `${firstName} ${lastName}`,
      groups: in_.map(({ group }) => group.name),
      paths: in_.map(({ path }) => path),
    };
    return Object.fromEntries(mappers.map(({ claim, says }) => [claim, known[says] ?? says]));
  }

  private common(person: Person | undefined, life: number): Claims {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.realm.issuer,
      sub: person?.id ?? "none",
      jti: randomUUID(),
      iat: now,
      exp: now + life,
    };
  }

  private keyFor(kind: "access" | "id"): KeyObject {
    const { keys, faults } = this.realm;
    return faults.strangeKeySigns === kind ? keys.strange : keys.published;
  }

  private signed(claims: Claims, key: KeyObject): string {
    const header = { alg: "ES256", typ: "JWT", kid: this.kidOf(key) };
    const text = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }

  private kidOf(key: KeyObject): string {
    return key === this.realm.keys.published ? "published" : "strange";
  }

  publicKey(): Claims {
    const { published, leaked } = this.realm.keys;
    const jwk = (leaked ? published : createPublicKey(published)).export({ format: "jwk" });
    return { ...jwk, kid: "published", use: "sig", alg: "ES256" };
  }
}

/** By their groups and those above. */
export function rolesOf(realm: Realm, { groups }: Person): string[] {
  const ways = groupsOf(realm).filter(({ group }) => groups.includes(group.id));
  const own = ways.flatMap(({ way }) => way.flatMap(({ roles }) => roles));
  return [...new Set(own.flatMap((role) => [role, ...(realm.composites[role] ?? [])]))];
}

export function payloadOf(token: string): Claims {
  const [, payload = ""] = token.split(".");
  return payload === ""
    ? {}
    : (JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>);
}
