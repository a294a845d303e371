/**
 * Whose API token it is, and which scopes it has. Bitbucket shows a token's scopes to nobody, but where it refuses a
 * request for want of one it names all that the token has: so it is asked for what no token of ours may do. Where that is
 * granted, some requests to delete what there cannot be are left; nothing that is there is ever named in one.
 */
import type { Session } from "@pulumi/bitbucket/api/client";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";

/** The account of a token. */
export interface TokenAccount {
  /** UUID with braces. */
  readonly uuid: string;
  /** Of Atlassian. Example: `712020:6f1d…`. */
  readonly accountId: string;
  readonly name: string;
}

/** @throws BitbucketError where the token is none, or lacks `read:user:bitbucket` */
export async function accountOf(session: Session): Promise<TokenAccount> {
  const { uuid = "", display_name: name = "", ...more } = await session.get("/user", {});
  const { account_id: accountId } = more as { readonly account_id?: unknown };
  return { uuid, name, accountId: typeof accountId === "string" ? accountId : "" };
}

/** The UUID of nothing: no repository, environment or account ever has it. */
const nothing = "{00000000-0000-0000-0000-000000000000}";
const repository = "/repositories/{workspace}/{repo_slug}";

/**
 * All scopes of the token; undefined where no answer names them, which a token that has everything sees to.
 *
 * @throws BitbucketError where there is no answer, or the token is none
 */
export async function scopesOfToken(
  session: Session,
  workspace: string,
): Promise<readonly string[] | undefined> {
  const at = { workspace, repo_slug: nothing };
  const account = { ...at, selected_user_id: nothing };
  const asked: readonly (() => Promise<unknown>)[] = [
    () => session.get("/snippets/{workspace}", { workspace }),
    () => session.delete(`${repository}/permissions-config/users/{selected_user_id}`, account),
    () => session.delete(`${repository}/branch-restrictions/{id}`, { ...at, id: "0" }),
    () =>
      session.delete(`${repository}/environments/{environment_uuid}`, { ...at, environment_uuid: nothing }),
    () =>
      session.delete(`${repository}/pipelines_config/schedules/{schedule_uuid}`, {
        ...at,
        schedule_uuid: nothing,
      }),
  ];
  for (const ask of asked) {
    try {
      await ask();
    } catch (thrown) {
      if (!(thrown instanceof BitbucketError)) throw thrown;
      if (thrown.granted !== undefined) return thrown.granted;
      if ([undefined, 401].includes(thrown.status)) throw thrown;
    }
  }
  return undefined;
}
