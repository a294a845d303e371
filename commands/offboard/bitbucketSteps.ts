/** What is taken in Bitbucket: every group, and every right that was given to one account alone. */
import type { Session } from "@pulumi/bitbucket/api/client";
import { Members } from "@pulumi/bitbucket/api/groups";
import { organizationPatience, settled } from "@pulumi/bitbucket/api/retry";
import { errorText, type Step } from "./step";

/** Slugs of the groups that an account is in. @param account UUID, with braces */
export async function groupsOf(session: Session, workspace: string, account: string): Promise<string[]> {
  return (await session.list("/1.0/groups/{workspace}", { workspace }))
    .filter(({ members = [] }) => members.some(({ uuid }) => uuid === account))
    .map(({ slug }) => slug);
}

/**
 * Finds the groups anew for the act and for the proof, so that groups of no team count, too. One that fails does not stop
 * the others.
 *
 * @param account UUID, with braces
 * @param external slugs of groups that only an identity provider changes
 */
export function groupStep(
  session: Session,
  workspace: string,
  account: string,
  external: readonly string[],
): Step {
  const groups = async () =>
    (await groupsOf(session, workspace, account)).filter((group) => !external.includes(group));
  return {
    system: "Bitbucket",
    what: "take them out of every group",
    act: async () => {
      const failures: string[] = [];
      for (const group of await groups()) {
        const removed = new Members(session, workspace, group).remove(account);
        await removed.catch((error: unknown) => failures.push(`group ${group}: ${errorText(error)}`));
      }
      if (failures.length > 0) throw new Error(failures.join("; "));
    },
    prove: async () => {
      const gone = async () => ((await groups()).length === 0 ? true : undefined);
      // What an organisation has taken can be seen a while longer.
      if (session.moved.has(workspace)) await settled(gone, session.signal, organizationPatience);
      const still = await groups();
      return still.length > 0 ? `still in ${still.join(", ")}` : undefined;
    },
  };
}

const onRepository = "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}";
const onProject =
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}";

/** To be taken after the groups: what is left then was given to the account alone. Undeclared places count, too. */
export function grantStep(session: Session, workspace: string, account: string, whose: string): Step {
  const at = { workspace, selected_user_id: account };
  const held = async () => {
    const q = `user.uuid = ${JSON.stringify(account)}`;
    const all = await session.list("/workspaces/{workspace}/permissions/repositories", { workspace }, { q });
    return all.flatMap(({ repository, permission, user }) => {
      const isTheirs = (user as { uuid?: string } | undefined)?.uuid === account;
      const name = repository?.full_name;
      return isTheirs && name !== undefined ? [{ name, permission: permission ?? "" }] : [];
    });
  };
  return {
    system: "Bitbucket",
    what: `take the rights that ${whose} was given alone`,
    act: async () => {
      // To take what is not there is one request, as to look for it would be.
      for (const { key } of await session.list("/workspaces/{workspace}/projects", { workspace }))
        if (key !== undefined) await session.delete(onProject, { ...at, project_key: key });
      for (const { name } of await held())
        await session.delete(onRepository, { ...at, repo_slug: name.split("/")[1] ?? "" });
    },
    prove: async () => {
      const still = (await held()).map(({ name, permission }) => `${permission} on ${name}`);
      return still.length > 0 ? `they still have ${still.join(", ")}` : undefined;
    },
  };
}
