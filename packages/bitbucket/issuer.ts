/**
 * A workspace as an issuer of tokens. Atlassian documents both addresses as fixed texts, and the discovery document may
 * not be there before a pipeline has used OpenID Connect: so it is not asked for.
 * https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 */
import type { Session } from "./api/client";

interface Issuer {
  /** With braces. */
  readonly workspaceUuid: string;
  readonly issuer: string;
  readonly jwksUrl: string;
}

/** @throws BitbucketError if there is no such workspace, or it may not be read */
export async function issuerOf(
  { workspace }: { readonly workspace: string },
  session: Session,
): Promise<Issuer> {
  const { uuid = "" } = await session.get("/workspaces/{workspace}", { workspace });
  const origin = session.apiUrl.replace(/\/+$/, "");
  const issuer = `${origin}/2.0/workspaces/${workspace}/pipelines-config/identity/oidc`;
  return { workspaceUuid: uuid, issuer, jwksUrl: `${issuer}/keys.json` };
}
