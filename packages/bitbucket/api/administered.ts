/**
 * A workspace that is administered at admin.atlassian.com, as its organisation shows it: which of the groups that the
 * workspace shows are the organisation's, since they have the app there, and how another comes by the app.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "./client";
import { Organization, type OrganizationGroup, type Role } from "./organization";

/** Groups that are looked at for a role, at most. */
const most = 60;
const link = "https://admin.atlassian.com";

export class Administered {
  private uuid: Promise<string> | undefined;

  constructor(
    private readonly session: Session,
    private readonly workspace: string,
    private readonly organization: Organization,
  ) {}

  /** Whether the workspace's groups are the organisation's. Only reads. */
  async isTrue(): Promise<boolean> {
    return (await this.anyRole(() => true)) !== undefined;
  }

  /** Whether a group of the organisation has Bitbucket, so that the workspace shows it or soon will. */
  async has({ id }: OrganizationGroup): Promise<boolean> {
    return (await this.organization.rolesOf(id, await this.id())).length > 0;
  }

  /**
   * Whether a group that was there is to be given the app.
   *
   * @throws Problem for one that others have filled: its people would have the team's rights until somebody has been there
   */
  async lacksApp(group: OrganizationGroup): Promise<boolean> {
    if (await this.has(group)) return false;
    if (group.externalSynced || !(await this.organization.isEmpty(group.id)))
      throw new Problem(
        `the organisation has a group ${group.name} with people in it, and without Bitbucket; they would be users of the workspace, with the rights of the group: see who they are, and give it Bitbucket at ${link} (Directory, Groups), then run it again, or choose another name`,
      );
    return true;
  }

  /**
   * Gives a group the app, as a user: the role is that of a group that has it.
   *
   * @throws Problem if none has it otherwise than as an administrator
   */
  async giveApp(group: OrganizationGroup): Promise<void> {
    const role = await this.userRole();
    if (role === undefined)
      throw new Problem(
        `group ${group.name} is in the organisation and lacks Bitbucket, and no group of workspace ${this.workspace} shows by which role to give it; give it Bitbucket as a user at ${link} (Directory, Groups), then run it again`,
      );
    await this.organization.give(group.id, role, () => this.has(group));
  }

  /** The role by which people use the workspace; undefined where no group shows it. */
  userRole(): Promise<Role | undefined> {
    return this.anyRole(({ roleId }) => !/admin/i.test(roleId));
  }

  /** Whether somebody has Bitbucket, or will once they accept. @param accountId of Atlassian */
  async isLetIn(accountId: string): Promise<boolean> {
    return (await this.organization.rolesOfUser(accountId, await this.id())).length > 0;
  }

  /** The first role of a group of the workspace that is as it should be. */
  private async anyRole(isRight: (role: Role) => boolean): Promise<Role | undefined> {
    const { session, workspace } = this;
    const shown = (await session.list("/1.0/groups/{workspace}", { workspace })).map(({ name }) => name);
    const known = await this.organization.findAll(shown.slice(0, most));
    for (const { id } of known.values()) {
      const role = (await this.organization.rolesOf(id, await this.id())).find(isRight);
      if (role !== undefined) return role;
    }
    return undefined;
  }

  private id(): Promise<string> {
    const { session, workspace } = this;
    return (this.uuid ??= session
      .get("/workspaces/{workspace}", { workspace })
      .then(({ uuid = "" }) => uuid));
  }
}

/**
 * Which of some groups come from an identity provider, so that nobody else changes their members. Only reads; without an
 * organisation's key, or in a workspace that administers its groups itself, none.
 */
export async function externalGroups(
  session: Session,
  workspace: string,
  slugs: readonly string[],
): Promise<readonly string[]> {
  if (!session.hasOrganization()) return [];
  const names = (await session.list("/1.0/groups/{workspace}", { workspace }))
    .filter(({ slug }) => slugs.includes(slug))
    .map(({ slug, name }) => [slug, name] as const);
  const organization = new Organization(session);
  const found = await organization.findAll(names.map(([, name]) => name));
  const administered = new Administered(session, workspace, organization);
  const external: string[] = [];
  for (const [slug, name] of names) {
    const group = found.get(name);
    // One of the same name that has another app is another group.
    if (group?.externalSynced && (await administered.has(group))) external.push(slug);
  }
  return external;
}

/** What to do about a group whose members only an identity provider changes. */
export function externalText(group: string): string {
  return `group ${group} comes from an identity provider (SCIM), and its members are changed there alone; change them there, or give the team another group ("group" in access.yaml)`;
}
