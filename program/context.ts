/** What a run brings along for its components. */
import type { Settings } from "../access";
import { variable } from "../access/environment";
import { KeycloakAdmin } from "../clients/keycloak";
import { realmNowIn } from "./realmNow";
import { switchedOffIn } from "./switchedOff";
import { lastStateOf, type Context, type Recorded } from "../components";

/**
 * Keycloak is signed in to only once something asks for it.
 *
 * @param asOf the moment of the run
 * @param asked settled once Keycloak may be asked; before that nobody signs in
 * @param record the resources that the last run left
 */
export function contextOf(
  { keycloak: { url, realm } }: Settings,
  asOf: Date,
  asked: Promise<unknown>,
  record: readonly Recorded[],
): Context {
  let admin: KeycloakAdmin | undefined;
  const administration = () => (admin ??= KeycloakAdmin.from(url, realm, process.env));
  const mailPassword = process.env[variable.keycloakMailPassword];
  const attended = process.env[variable.samlKey];
  return {
    asOf,
    lastState: lastStateOf(record),
    administration,
    takesOver: process.env[variable.takeOver] === "shown",
    switchedOff: switchedOffIn(administration, asked, realm),
    realmNow: realmNowIn(administration, asked),
    ...(mailPassword && { mailPassword }),
    ...(attended !== undefined && { attendedSamlKey: Number(attended) }),
  };
}
