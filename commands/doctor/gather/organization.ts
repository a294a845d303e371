/** What the environment has of the organisation, and what its key may. */
import type { Session } from "@pulumi/bitbucket/api/client";
import { variable } from "../../../access/environment";
import { directoriesOf, keyKindOf } from "../../../clients/look/groups";
import type { TokenAccount } from "../../../clients/look/token";
import { ask, go, is, know, type Asked } from "../asked";
import type { OrganizationFacts } from "../facts";

/** @param account one that the organisation may manage: that of the API token */
export async function organizationOf(
  session: Asked<Session>,
  url: string,
  account: Asked<TokenAccount>,
  env: NodeJS.ProcessEnv,
): Promise<Asked<OrganizationFacts>> {
  const names = [variable.organizationId, variable.organizationApiKey];
  if (names.every((name) => !env[name])) return is({ isGiven: false });
  return go(session, (one) =>
    ask(async () => {
      const organization = one.organization();
      const directories = await directoriesOf(one, organization);
      const kind = await go(account, ({ accountId }) => know(() => keyKindOf(url, organization, accountId)));
      return {
        isGiven: true,
        directories,
        ...(organization.directory !== undefined && { directory: organization.directory }),
        ...("is" in kind && kind.is !== undefined && { kind: kind.is }),
      };
    }),
  );
}
