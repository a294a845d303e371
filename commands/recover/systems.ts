/** Both systems, as far as they are asked what is there. */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { isSameEnvironment } from "@pulumi/bitbucket/api/environmentNames";
import { isGone } from "@pulumi/bitbucket/api/explain";
import { findGroup } from "@pulumi/bitbucket/api/groups";
import { KeycloakAdmin } from "../../clients/keycloak";
import { readStack } from "../../checkout/stack";
import type { Systems } from "./pending";

/** @throws InvalidAccess with every problem of the files */
export function systemsOf(stack: string, folder: string, env: NodeJS.ProcessEnv): Systems {
  const { settings } = readStack(folder, stack, env);
  const { keycloak, bitbucket } = settings;
  const session = Bitbucket.session(bitbucket.url, env);
  return {
    keycloak: (realm) => KeycloakAdmin.from(keycloak.url, realm, env),
    bitbucket: {
      groupExists: async (workspace, name) => (await findGroup(session, workspace, name)) !== undefined,
      environmentExists: async (workspace, repository, name) => {
        const path = "/repositories/{workspace}/{repo_slug}/environments";
        const all = await session.list(path, { workspace, repo_slug: repository }).catch((error: unknown) => {
          if (!isGone(error)) throw error;
          return [];
        });
        return all.some((one) => isSameEnvironment(one.name ?? "", name));
      },
    },
  };
}
