/** What each call of the engine is handed. */
import type { KeycloakAdmin } from "./client/keycloak";

export interface Session {
  /** The admin API of a realm, bound to the call. */
  realm(name: string): KeycloakAdmin;
  /** Tells whoever watches the run. */
  say(text: string): void;
}
