/**
 * Groups live in the 1.0 API, the only one of Bitbucket that has them. Where a workspace is administered at
 * admin.atlassian.com that API still reads them, but refuses every write: those go to the organisation. Nobody
 * tells beforehand which of the two it is, and a workspace can be moved at any time; so the answer to its first write
 * decides, here and nowhere else. What is read, and with it every id, is the same either way.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { Administered, externalText } from "./administered";
import type { Session } from "./client";
import { BitbucketError } from "./explain";
import { Organization } from "./organization";
import { organizationPatience, settled } from "./retry";

const groups = "/1.0/groups/{workspace}";
const group = `${groups}/{group_slug}` as const;
const members = `${group}/members` as const;
const member = `${members}/{uuid}` as const;

/** Slug that Bitbucket makes from the name of a group: `mobile-devs` from `Mobile Devs`. What is a slug stays as it is. */
export function slugOf(name: string): string {
  if (/^[a-z0-9_-]+$/.test(name)) return name;
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  return plain.replace(/[^a-z0-9_]+/g, "-").replace(/^-+|-+$/g, "");
}

/** The group that has a slug, if the workspace has it. */
export async function groupAt(session: Session, workspace: string, slug: string) {
  return (await session.list(groups, { workspace })).find((present) => present.slug === slug);
}

/**
 * The group of a slug, or of a name, else of the slug that is made from it, if the workspace has it.
 * https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/
 */
export async function findGroup(session: Session, workspace: string, name: string) {
  const all = await session.list(groups, { workspace });
  const slug = slugOf(name);
  const called = slug === name ? undefined : all.find((present) => present.name === name);
  return called ?? all.find((present) => present.slug === slug);
}

/** @returns the slug that it was given, and whether it was there before. In an organisation it is given the app. */
export function createGroup(
  session: Session,
  workspace: string,
  name: string,
): Promise<{ slug: string; adopted: boolean }> {
  const find = () => findGroup(session, workspace, name);
  return written(
    session,
    workspace,
    async () => {
      const made = await session.createNamed(groups, { workspace }, { name }, "slug", find, { form: true });
      return { slug: made.slug, adopted: false };
    },
    async () => {
      const organization = new Organization(session);
      const { group, wasThere } = await organization.create(name);
      const administered = new Administered(session, workspace, organization);
      if (!wasThere || (await administered.lacksApp(group))) await administered.giveApp(group);
      const there = await settled(find, session.signal, organizationPatience);
      if (there !== undefined) return { slug: there.slug, adopted: wasThere };
      throw new Problem(
        `the organisation has a group ${name} with Bitbucket, but workspace ${workspace} does not show it; look for it at https://admin.atlassian.com (Directory, Groups), then run it again`,
      );
    },
  );
}

/** A group of an organisation stays: others, Jira for one, may rest on it. */
export function deleteGroup(session: Session, workspace: string, slug: string): Promise<void> {
  return written(
    session,
    workspace,
    () => session.delete(group, { workspace, group_slug: slug }),
    () => {
      session.say(
        `group ${slug} of workspace ${workspace} stays where it is: it is its organisation's, and other products may use it; if nobody does, remove it at https://admin.atlassian.com`,
      );
      return Promise.resolve();
    },
  );
}

/** Who is in a group; people by their UUID. */
export class Members {
  private readonly organization: Organization;
  private known: Promise<{ group: string; accounts: ReadonlyMap<string, string> }> | undefined;

  constructor(
    private readonly session: Session,
    private readonly workspace: string,
    private readonly slug: string,
  ) {
    this.organization = new Organization(session);
  }

  list() {
    return this.session.list(members, this.at);
  }

  add(uuid: string): Promise<unknown> {
    return written<unknown>(
      this.session,
      this.workspace,
      () => this.session.put(member, { ...this.at, uuid }, {}),
      async () => {
        const { group, account } = await this.inOrganization(uuid);
        const isMember = async () => (await this.list()).some((one) => one.uuid === uuid);
        await this.organization.add(group, account, isMember);
      },
    );
  }

  remove(uuid: string): Promise<void> {
    return written(
      this.session,
      this.workspace,
      () => this.session.delete(member, { ...this.at, uuid }),
      async () => {
        const { group, account } = await this.inOrganization(uuid);
        await this.organization.remove(group, account);
      },
    );
  }

  private get at() {
    return { workspace: this.workspace, group_slug: this.slug };
  }

  /** What the organisation calls the group and the account. */
  private async inOrganization(uuid: string): Promise<{ group: string; account: string }> {
    const { group, accounts } = await (this.known ??= this.lookUp());
    const account = accounts.get(uuid);
    if (account !== undefined) return { group, account };
    throw new Problem(
      `${uuid} is in no list of the people of workspace ${this.workspace}; invite the account to the workspace first, or take it out`,
    );
  }

  private async lookUp() {
    const { workspace, slug, session } = this;
    const name = (await groupAt(session, workspace, slug))?.name ?? slug;
    const [group, present, people] = await Promise.all([
      this.organization.find(name),
      this.list(),
      session.list("/workspaces/{workspace}/members", { workspace }),
    ]);
    if (group === undefined) {
      throw new Problem(
        `organisation ${session.organization().id} has no group ${name}, which workspace ${workspace} shows; check that BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_DIRECTORY are those of the workspace`,
      );
    }
    if (group.externalSynced) throw new Problem(externalText(slug));
    const known = [...people.map(({ user }) => user as Account | undefined), ...present];
    const accounts = known.flatMap((one) =>
      one?.uuid && one.account_id ? [[one.uuid, one.account_id] as const] : [],
    );
    return { group: group.id, accounts: new Map(accounts) };
  }
}

interface Account {
  readonly uuid?: string;
  readonly account_id?: string;
}

/**
 * Writes to Bitbucket, or to the organisation where Bitbucket says that it does not take it: by 405, or by 403 (which may
 * mean something else) where the organisation says that the groups are its own.
 */
async function written<T>(
  session: Session,
  workspace: string,
  toBitbucket: () => Promise<T>,
  toOrganization: () => Promise<T>,
): Promise<T> {
  if (session.moved.has(workspace)) return toOrganization();
  try {
    return await toBitbucket();
  } catch (thrown) {
    const status = thrown instanceof BitbucketError ? thrown.status : undefined;
    if (status !== 405 && !(status === 403 && (await isOrganizations(session, workspace)))) throw thrown;
    session.moved.add(workspace);
    return toOrganization();
  }
}

async function isOrganizations(session: Session, workspace: string): Promise<boolean> {
  if (!session.hasOrganization()) return false;
  return new Administered(session, workspace, new Organization(session)).isTrue();
}
