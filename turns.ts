/**
 * What everything that turns shares in one run: the moment, what the last run left, the realm's administration, and
 * the dials.
 */
import { memoryOfStack, type Turning } from "./components";
import type { HandTurn, Settings } from "./access";
import { KeycloakAdmin, keycloakCredentials } from "./operations/keycloak";

export interface Turns {
  /** How the credential of this name turns. */
  credential(name: string): Turning & { period: number; overlap: number; byHand?: HandTurn };
}

export function turnsOf({ keycloak: { url, realm }, rotation, turns }: Settings, asOf: Date): Turns {
  let admin: KeycloakAdmin | undefined;
  const administration = () =>
    (admin ??= new KeycloakAdmin(url, realm, keycloakCredentials(), process.env.KEYCLOAK_REALM));
  const shared: Turning = { asOf, memory: memoryOfStack(), administration };
  const byHand = (name: string) => (turns[name] === undefined ? {} : { byHand: turns[name] });
  return {
    credential: (name) => ({
      ...shared,
      period: rotation.credentials,
      overlap: rotation.overlap,
      ...byHand(name),
    }),
  };
}
