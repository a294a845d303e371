/** Whom a realm names as its owners: what `Realm` writes into it, and its mark. */
import type { KeycloakAdmin } from "./keycloak";

interface Marked {
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * @returns their e-mail addresses, in lower case; undefined where there is no such realm, or it carries no mark of ours
 */
export async function realmOwners(keycloak: KeycloakAdmin): Promise<string[] | undefined> {
  const owners = (await keycloak.get<Marked>(""))?.attributes?.owners;
  return owners === undefined
    ? undefined
    : [...owners.matchAll(/<([^<>]+)>/g)].map(([, address = ""]) => address.toLowerCase());
}
