/** A workspace that holds nothing but repositories of one project, and the account that the program has. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { administrator, administratorScopes } from "../../toolchain/acme";

/**
 * @param token API token of the account
 * @param project its key and its name
 * @param slugs of the repositories
 */
export function bareSeed(
  token: string,
  project: { readonly key: string; readonly name: string },
  slugs: readonly string[],
): Seed {
  return {
    workspace: { slug: "acme" },
    accounts: [
      { name: "Administrator", email: administrator, tokens: [{ token, scopes: [...administratorScopes] }] },
    ],
    administrators: [administrator],
    projects: [project],
    repositories: slugs.map((slug) => ({ slug, project: project.key })),
  };
}
