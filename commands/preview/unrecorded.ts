/**
 * What stands already where nobody knows what it was brought up with. A stack that is renamed, or whose baseline is of
 * another version, would count as new, and whatever it gives would need nobody. So it is asked who answered for it.
 */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import type { Settings } from "../../access";
import { KeycloakAdmin, KeycloakError } from "../../clients/keycloak";
import { realmOwners } from "../../clients/realmOwners";

export interface Unrecorded {
  /** Why nobody knows. */
  readonly why: string;
  /** E-mail addresses of those whom the realm names as its owners. */
  readonly owners: readonly string[];
}

/**
 * @param baseline the stack's output; undefined where it has none
 * @returns undefined where nothing stands, or where it is a first run of this stack's own that has not come to its end
 */
export async function unrecordedIn(
  baseline: string | undefined,
  resources: readonly ResourceState[],
  { keycloak: { url, realm } }: Pick<Settings, "keycloak">,
  env: NodeJS.ProcessEnv,
): Promise<Unrecorded | undefined> {
  if (baseline === undefined && resources.some(({ type }) => type === "keycloak:index/realm:Realm"))
    return undefined;
  const owners = await ownersOf(KeycloakAdmin.from(url, realm, env));
  if (baseline !== undefined)
    return { why: "its baseline is of another version, or was changed", owners: owners ?? [] };
  return owners && { why: `realm ${realm} is there already, and this stack has not made it`, owners };
}

async function ownersOf(realm: KeycloakAdmin): Promise<string[] | undefined> {
  try {
    return await realmOwners(realm);
  } catch (error) {
    if (!(error instanceof KeycloakError) || error.status !== 403) throw error;
    return undefined;
  }
}
