/** Which Bitbucket account somebody has, and what Atlassian calls it. */
import type { Person } from "../../access";
import type { Session } from "@pulumi/bitbucket/api/client";
import { Addresses } from "../../clients/addresses";
import type { KeycloakUser } from "../../clients/keycloak";
import type { Pins } from "../../clients/pins";

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

/** Atlassian's id of an account, also of one that is in no list of the workspace any more. @param account UUID, with braces */
export async function accountIdOf(session: Session, account: string): Promise<string | undefined> {
  const { account_id: accountId } = (await session.get("/users/{selected_user}", {
    selected_user: account,
  })) as { readonly account_id?: string };
  return accountId;
}
