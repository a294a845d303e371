/** The client of Keycloak's admin API, as a stack connects it; the client itself is the package's. */
import { Connection } from "@pulumi/keycloak-identity/client/connection";
import { KeycloakAdmin as Admin } from "@pulumi/keycloak-identity/client/keycloak";

export { KeycloakError } from "@pulumi/keycloak-identity/client/connection";
export {
  builtInClients,
  type KeycloakGroup,
  type KeycloakUser,
} from "@pulumi/keycloak-identity/client/keycloak";

/** Every request throws a {@link KeycloakError} where Keycloak refuses it or does not answer. */
export class KeycloakAdmin extends Admin {
  /**
   * As an environment says: with its credentials, which are of realm `KEYCLOAK_REALM` (default: `master`).
   *
   * @param realm the realm to look into
   * @throws KeycloakError if the environment has no credentials, or what cannot be some
   */
  static from(url: string, realm: string, env: NodeJS.ProcessEnv): KeycloakAdmin {
    return new KeycloakAdmin(Connection.from(url, env, { setting: "keycloak.url in the stack file" }), realm);
  }
}
