/** Whom a realm names as its owners: what `Realm` writes into it, and its mark. */
import { KeycloakError, type KeycloakAdmin } from "./keycloak";

interface Marked {
  /** Shown to whoever may see more of the realm than its name. */
  readonly enabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * @returns their e-mail addresses, in lower case; `none` where there is no such realm, or it carries no mark of ours; `unseen`
 *   where the account may not see that
 */
export async function realmOwners(keycloak: KeycloakAdmin): Promise<readonly string[] | "none" | "unseen"> {
  try {
    const realm = await keycloak.get<Marked>("");
    if (realm === undefined) return "none";
    if (realm.enabled === undefined) return "unseen";
    const owners = realm.attributes?.owners;
    if (owners === undefined) return "none";
    return [...owners.matchAll(/<([^<>]+)>/g)].map(([, address = ""]) => address.toLowerCase());
  } catch (error) {
    if (!(error instanceof KeycloakError) || error.status !== 403) throw error;
    return "unseen";
  }
}
