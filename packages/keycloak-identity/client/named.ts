/**
 * What has one name in Keycloak, and only that. Asked by name alone Keycloak answers with whatever contains it, a page of
 * that; asked for the exact name, and for none, it answers with everybody; and whoever takes the first of an answer takes
 * whom they did not ask for. Names of people differ in more than capitals, those of clients in capitals, too.
 */
import { KeycloakError } from "./connection";
import type { KeycloakAdmin, KeycloakUser } from "./keycloak";

/** What can be asked. */
export type Asked = Pick<KeycloakAdmin, "get">;

/** The one person of a user name, in any case. @throws KeycloakError where there are several */
export async function userNamed(keycloak: Asked, username: string): Promise<KeycloakUser | undefined> {
  return only(`the user name ${username}`, await usersWith(keycloak, "username", username));
}

/** Those who have exactly this user name or address, in any case; nobody for none. */
export async function usersWith(
  keycloak: Asked,
  key: "username" | "email",
  value: string,
): Promise<KeycloakUser[]> {
  if (value === "") return [];
  const found = (await keycloak.get<KeycloakUser[]>("users", { [key]: value, exact: "true" })) ?? [];
  return found.filter((user) => user[key]?.toLowerCase() === value.toLowerCase());
}

/** The one client of an id, as people write it. */
export async function clientNamed<T extends { readonly id: string }>(
  keycloak: Asked,
  clientId: string,
): Promise<T | undefined> {
  if (clientId === "") return undefined;
  type Client = T & { readonly clientId: string };
  const found = (await keycloak.get<Client[]>("clients", { clientId })) ?? [];
  return only(
    `the client id ${clientId}`,
    found.filter((client) => client.clientId === clientId),
  );
}

function only<T extends { readonly id: string }>(what: string, found: readonly T[]): T | undefined {
  if (found.length < 2) return found[0];
  const ids = found.map(({ id }) => id).join(", ");
  throw new KeycloakError(
    `found ${found.length} that have ${what} (${ids}); allowed: one; rename or remove the others in Keycloak`,
  );
}
