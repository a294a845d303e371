/** The accounts that this program itself acts by: exceptions by their nature, since no person signs in with them. */
import type { Model, Settings } from "../access";
import type { ProgramAccount } from "./facts";
import { variable } from "../access/environment";

/** Those that the environment of this run names; what they sign in with is never looked at. */
export function accountsOf(
  env: NodeJS.ProcessEnv,
  { owners }: Model,
  { rotation }: Settings,
): ProgramAccount[] {
  const keycloak = env[variable.keycloakUser] ?? env[variable.keycloakClientId];
  const { [variable.bitbucketEmail]: bitbucket, [variable.organizationId]: organization } = env;
  const one = (system: string, account: string | undefined, may: string, ends: string) =>
    account === undefined || account === "" ? [] : [{ system, account, may, owners, ends }];
  const apiToken = rotation.apiTokenExpires;
  return [
    ...one("Keycloak", keycloak, "administer the realm", "does not end: rotated by hand"),
    ...one(
      "Bitbucket",
      bitbucket,
      "administer the workspace",
      apiToken === "unknown" ? "nobody has said when" : apiToken,
    ),
    ...one(
      "Atlassian organisation",
      organization && `API key of organisation ${organization}`,
      "administer groups and managed accounts",
      "nobody has said when",
    ),
  ];
}
