/** What the realm holds now, for what is declared to leave alone. */
import type { KeycloakAdmin } from "../clients/keycloak";
import type { RealmNow } from "../components";
import { visible } from "./switchedOff";

/**
 * Asked once.
 *
 * @param asked settled once Keycloak may be asked
 * @returns undefined where there is no realm yet, or in a preview whose account may not see it
 */
export function realmNowIn(
  administration: () => KeycloakAdmin,
  asked: Promise<unknown>,
): () => Promise<RealmNow | undefined> {
  let now: Promise<RealmNow | undefined> | undefined;
  return () => (now ??= asked.then(() => visible(administration().get<RealmNow>(""), undefined)));
}
