/** What a run brings along for its components. */
import type { Settings } from "../access";
import { variable } from "../access/environment";
import { KeycloakAdmin } from "../clients/keycloak";
import { lastStateOfStack, type Context } from "../components";
import type { LastRun } from "./lastRun";

/**
 * Keycloak is signed in to only once something asks for it.
 *
 * @param asOf the moment of the run
 */
export function contextOf(
  { keycloak: { url, realm } }: Settings,
  asOf: Date,
  { record }: Pick<LastRun, "record">,
): Context {
  let admin: KeycloakAdmin | undefined;
  const attended = process.env[variable.samlKey];
  return {
    asOf,
    lastState: lastStateOfStack(record),
    administration: () => (admin ??= KeycloakAdmin.from(url, realm, process.env)),
    ...(attended !== undefined && { attendedSamlKey: Number(attended) }),
  };
}
