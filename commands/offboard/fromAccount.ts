/** What is taken from a Bitbucket account, and from the Atlassian account that it is, wherever that is administered. */
import { variable } from "../../access/environment";
import { atlassianUrl, ManagedAccount } from "../../clients/managedAccount";
import { externalGroups } from "@pulumi/bitbucket/api/administered";
import type { Session } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { Directory } from "@pulumi/bitbucket/api/directory";
import { accountIdOf } from "./account";
import { planFor } from "./atlassianSteps";
import { grantStep, groupsOf, groupStep } from "./bitbucketSteps";
import { errorText, type Step } from "./step";

/** Carries steps out, one after the other, and keeps what became of each. */
export type Take = (steps: readonly Step[]) => Promise<void>;

export interface Account {
  readonly session: Session;
  /** Of Bitbucket's API. */
  readonly url: string;
  readonly workspace: string;
  /** UUID, with braces. */
  readonly account: string;
  readonly env: NodeJS.ProcessEnv;
}

/** First what Bitbucket gives, then the account itself. @returns what is left, a line each */
export async function takeFromAccount(of: Account, take: Take): Promise<string[]> {
  const { session, workspace, account } = of;
  const external = await attempt("which of their groups come from an identity provider", async () =>
    externalGroups(session, workspace, await groupsOf(session, workspace, account)),
  );
  await take([groupStep(session, workspace, account, external.found ?? [])]);
  await take([grantStep(session, workspace, account, `account ${account}`)]);
  const atlassian = await attempt("what becomes of their Atlassian account", () => takeAtlassian(of, take));
  const left = (external.found ?? []).map(
    (group) =>
      `take them out of group ${group} in the identity provider that it comes from (SCIM): https://admin.atlassian.com (Security, Identity providers) names it`,
  );
  return [...external.left, ...left, ...(atlassian.found ?? []), ...atlassian.left];
}

async function takeAtlassian(of: Account, take: Take): Promise<readonly string[]> {
  const { session, url, account, env } = of;
  if (!session.hasOrganization()) return byHand(of);
  const accountId = await accountIdOf(session, account);
  if (accountId === undefined) return byHand(of);
  const managed = new ManagedAccount(atlassianUrl(url), accountId, accessFrom(env).organization());
  const directory = new Directory(session);
  const { steps, left } = planFor(await managed.may(), {
    ...{ accountId, managed, directory },
    signal: session.signal,
  });
  await take(steps);
  return left();
}

/** Without an organisation's key. Whoever is no member of the workspace any more opens nothing there by any token. */
async function byHand({ session, workspace, account }: Account): Promise<string[]> {
  const members = await session.list("/workspaces/{workspace}/members", { workspace });
  if (!members.some(({ user }) => (user as { uuid?: string }).uuid === account)) return [];
  return [
    `end the API tokens and SSH keys of Atlassian account ${account}, which go on working: take it out of workspace ${workspace} at https://bitbucket.org/${workspace}/workspace/settings/user-directory, or disable it at https://admin.atlassian.com; with ${variable.organizationId} and ${variable.organizationApiKey} this is done here`,
  ];
}

/** What fails is left, and does not stop the rest. */
async function attempt<T>(
  what: string,
  act: () => Promise<T>,
): Promise<{ readonly found?: T; readonly left: readonly string[] }> {
  try {
    return { found: await act(), left: [] };
  } catch (error) {
    return { left: [`${what} is not known: ${errorText(error)}: run this again`] };
  }
}
