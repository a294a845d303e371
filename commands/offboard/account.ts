/** Which Bitbucket account somebody has, and whether an organisation manages it. */
import type { Person } from "../../access";
import type { Session } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { Addresses } from "../../clients/addresses";
import type { KeycloakUser } from "../../clients/keycloak";
import type { Pins } from "../../clients/pins";
import { atlassianUrl, ManagedAccount } from "../../clients/managedAccount";
import { variable } from "../../access/environment";

/** By `access.yaml`, else as `sync` matched them first, else the one member of the workspace with their address. */
export async function accountOf(
  session: Session,
  workspace: string,
  { user, declared, pins }: { user?: KeycloakUser; declared?: Person; pins?: Pins },
): Promise<string | undefined> {
  const known = declared?.account ?? (user && pins?.get(user.id)?.account);
  const email = user?.email ?? declared?.email ?? "";
  if (known !== undefined || email === "") return known;
  return new Addresses(session, workspace).accountOf(email);
}

/** The account as the organisation manages it, or what a person has to do where no key is given. */
export async function managedBy(
  session: Session,
  url: string,
  workspace: string,
  account: string,
  env: NodeJS.ProcessEnv,
): Promise<ManagedAccount | string> {
  const byHand = `end the API tokens and SSH keys of Atlassian account ${account}, which go on working: disable it at https://admin.atlassian.com, or take it out of workspace ${workspace}; with ${variable.organizationId} and ${variable.organizationApiKey} this is done here`;
  if (!env[variable.organizationId] || !env[variable.organizationApiKey]) return byHand;
  // Who was disabled is perhaps in no list of the workspace any more.
  const { account_id: accountId } = (await session.get("/users/{selected_user}", {
    selected_user: account,
  })) as { readonly account_id?: string };
  if (accountId === undefined) return byHand;
  return new ManagedAccount(atlassianUrl(url), accountId, accessFrom(env).organization());
}
