/** Where the groups of a workspace are administered: in Bitbucket, or at admin.atlassian.com by its organisation. */
import type { Session } from "@pulumi/bitbucket/api/client";
import type { OrganizationCredentials } from "@pulumi/bitbucket/api/credentials";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { atlassianUrl, ManagedAccount } from "../managedAccount";

export type Administration = "Bitbucket" | "organisation";

const group = "/1.0/groups/{workspace}/{group_slug}";
/** The UUID of no account. */
const nobody = "{00000000-0000-0000-0000-000000000000}";

/**
 * Nothing but a write says so: nobody is taken out of a group, who can be in none. Bitbucket refuses it by 405 where an
 * organisation administers the groups, by another reading of its documents by 403.
 *
 * @param mayWrite whether the account administers the workspace, and its token may write groups: then 403 says so, too
 * @returns undefined where the answer does not say
 * @throws BitbucketError where there is no answer, or the token is none
 */
export async function administrationOf(
  session: Session,
  workspace: string,
  mayWrite: boolean,
): Promise<Administration | undefined> {
  const [first] = await session.list("/1.0/groups/{workspace}", { workspace });
  if (first === undefined) return undefined;
  try {
    await session.delete(`${group}/members/{uuid}`, { workspace, group_slug: first.slug, uuid: nobody });
    return "Bitbucket";
  } catch (thrown) {
    if (!(thrown instanceof BitbucketError)) throw thrown;
    if (thrown.status === 405) return "organisation";
    if (thrown.status !== 403) throw thrown;
    return mayWrite ? "organisation" : undefined;
  }
}

/** What an organisation's key may: those that were made with scopes may not end accounts and their tokens. */
export type KeyKind = "without scopes" | "with scopes";

/**
 * @param accountId an account that the organisation may manage
 * @returns undefined where the account is not the organisation's, so that the answer does not say
 * @throws Error where Atlassian does not say
 */
export async function keyKindOf(
  bitbucketUrl: string,
  organization: OrganizationCredentials,
  accountId: string,
): Promise<KeyKind | undefined> {
  const { by } = await new ManagedAccount(atlassianUrl(bitbucketUrl), accountId, organization).may();
  return by === "nobody" ? undefined : by === "organisation" ? "without scopes" : "with scopes";
}

/**
 * The directories of an organisation, which any key of it may read.
 *
 * @throws BitbucketError where the key is none, or of another organisation
 */
export async function directoriesOf(
  session: Session,
  { id: organization }: OrganizationCredentials,
): Promise<readonly string[]> {
  const found = await session.list("/admin/v2/orgs/{organization}/directories", { organization });
  return found.flatMap(({ directoryId }) => directoryId ?? []);
}
