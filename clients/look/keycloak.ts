/** What there is of a Keycloak, and what the account that asks may do there. Reads alone. */
import { once, send } from "@bitbucket-keycloak/http";
import { KeycloakError, type KeycloakAdmin } from "../keycloak";
import { clientNamed, userNamed } from "../named";

/**
 * Whether a server answers as Keycloak does; nothing secret is sent.
 *
 * @throws HttpError where there is no answer, Error where it is something else
 */
export async function reachKeycloak(url: string): Promise<void> {
  const answer = await send(`${url}/realms/master`, { patience: once });
  const { realm } = (answer.value() ?? {}) as { readonly realm?: unknown };
  if (answer.ok && realm === "master") return;
  throw new Error(`${url} answered ${answer.status} to /realms/master, as no Keycloak does`);
}

/** What an account may do in a realm. */
export interface KeycloakRoles {
  /** Of the realm that it signs in to: everything, in every realm. */
  readonly isAdmin: boolean;
  /** Roles of the stack's realm that it lacks; empty for an administrator. */
  readonly lacking: readonly string[];
}

/** What a run writes, by the roles of a realm's client `realm-management`. */
const neededRoles = [
  "manage-realm",
  "manage-users",
  "manage-clients",
  "manage-identity-providers",
  "manage-events",
] as const;

interface Claims {
  readonly realm_access?: { readonly roles?: readonly string[] };
  readonly resource_access?: Readonly<Record<string, { readonly roles?: readonly string[] }>>;
}

interface Named {
  readonly name: string;
}

/**
 * By its token, where that says so; else by what Keycloak shows of the account.
 *
 * @param own of the realm that the account is of
 * @param username as Keycloak calls it; a client's own is `service-account-<client id>`
 * @param realm the stack's
 * @returns undefined where the account may not see its own roles
 * @throws KeycloakError where it cannot sign in
 */
export async function rolesOf(
  own: KeycloakAdmin,
  username: string,
  realm: string,
): Promise<KeycloakRoles | undefined> {
  const clientId = own.realm === realm ? "realm-management" : `${realm}-realm`;
  const { realm_access: ofRealm, resource_access: ofClients } = (await own.claims()) as Claims;
  if (ofRealm !== undefined || ofClients !== undefined)
    return asRoles(ofRealm?.roles ?? [], ofClients?.[clientId]?.roles ?? []);
  try {
    const account = await userNamed(own, username);
    if (account === undefined) return undefined;
    const mapped = `users/${account.id}/role-mappings`;
    const client = await clientNamed(own, clientId);
    const inRealm = client && (await own.get<Named[]>(`${mapped}/clients/${client.id}/composite`));
    return asRoles(namesOf(await own.get<Named[]>(`${mapped}/realm/composite`)), namesOf(inRealm));
  } catch (thrown) {
    // An administrator may see themselves.
    if (thrown instanceof KeycloakError && thrown.status === 403) return undefined;
    throw thrown;
  }
}

const namesOf = (roles: readonly Named[] = []) => roles.map(({ name }) => name);

function asRoles(ofRealm: readonly string[], ofClient: readonly string[]): KeycloakRoles {
  const isAdmin = ofRealm.includes("admin");
  return { isAdmin, lacking: isAdmin ? [] : neededRoles.filter((role) => !ofClient.includes(role)) };
}
