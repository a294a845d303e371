/** What a run brings along for its components. */
import type { Settings } from "../access";
import { variable } from "../access/environment";
import { KeycloakAdmin } from "../clients/keycloak";
import { lastStateOf, type Context, type Recorded } from "../components";

/**
 * Keycloak is signed in to only once something asks for it.
 *
 * @param asOf the moment of the run
 * @param record the resources that the last run left
 */
export function contextOf(
  { keycloak: { url, realm } }: Settings,
  asOf: Date,
  record: readonly Recorded[],
): Context {
  let admin: KeycloakAdmin | undefined;
  const attended = process.env[variable.samlKey];
  return {
    asOf,
    lastState: lastStateOf(record),
    administration: () => (admin ??= KeycloakAdmin.from(url, realm, process.env)),
    ...(attended !== undefined && { attendedSamlKey: Number(attended) }),
  };
}
