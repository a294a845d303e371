/**
 * What stands in a workspace, whoever made it. Cheap first: projects, groups, members and rights lie outside the hourly limit of
 * repositories, of which each costs five requests, and one more for each further environment.
 */
import type {
  FoundAccount,
  FoundGroup,
  FoundProject,
  FoundRepository,
  FoundRight,
  FoundWorkspace,
} from "../../access/adopt/found";
import type { Session } from "@pulumi/bitbucket/api/client";
import { Organization } from "@pulumi/bitbucket/api/organization";
import { projectHolders } from "@pulumi/bitbucket/resources/project-permissions";
import { Addresses } from "../addresses";
import type { Attempts } from "./attempts";
import type { SeenAccounts } from "./foundAccounts";
import { foundRepository, variableOf } from "./foundRepository";

/** What of a workspace is looked at. */
export interface Scope {
  /** Key of the only project to look into. Default: all of them. */
  readonly project?: string;
  /** Whether access keys, the switch of pipelines and the variables of repositories are asked for. Default: false. */
  readonly details?: boolean;
}

export interface WorkspaceLook extends Scope {
  readonly workspace: string;
  /** Addresses of people, to find the accounts by. */
  readonly emails: readonly string[];
  readonly attempts: Attempts;
  /** Whoever was named in an answer. */
  readonly accounts: SeenAccounts;
  /** Called before the first repository is asked for anything, with their slugs. */
  readonly onRepositories: (slugs: readonly string[]) => void;
}

type Rights = ReadonlyMap<string, readonly FoundRight[]>;

/** A list of rights has an entry for each person and repository. */
const mostPages = 20_000;

export async function foundWorkspace(session: Session, look: WorkspaceLook): Promise<FoundWorkspace> {
  const { workspace, attempts, accounts, project: only } = look;
  const at = { workspace };
  const read = <T>(ask: () => Promise<T>): Promise<T | undefined> => attempts.of("Bitbucket", ask, undefined);
  const own = await read(() => session.get("/workspaces/{workspace}", at));
  const groups = (await read(() => groupsOf(session, workspace))) ?? [];
  const synced = session.hasOrganization() ? await read(() => syncedOf(session, groups)) : undefined;
  await membersOf(session, look);
  const variables = await read(() => session.list("/workspaces/{workspace}/pipelines-config/variables", at));
  const hooks = await read(() => session.list("/workspaces/{workspace}/hooks", at));
  const projects = await projectsOf(session, look);
  const everywhere = only === undefined ? await read(() => rightsOf(session, workspace)) : undefined;
  const listed = (await read(() => session.list("/repositories/{workspace}", at, narrowedTo(only)))) ?? [];
  const named = listed.map((one) => ({ ...one, slug: one.full_name?.split("/")[1] ?? "" }));
  look.onRepositories(named.map(({ slug }) => slug));
  const repositories: FoundRepository[] = [];
  for (const { slug, uuid = "", project, mainbranch } of named) {
    const rights = only === undefined ? everywhere : await read(() => rightsOf(session, workspace, slug));
    const content = await foundRepository(session, {
      workspace,
      slug,
      attempts,
      details: look.details === true,
    });
    repositories.push({
      ...{ uuid, slug, project: project?.key ?? "" },
      ...(mainbranch?.name && { mainBranch: mainbranch.name }),
      ...content,
      ...(rights && { effective: rights.get(slug) ?? [] }),
    });
  }
  return {
    slug: workspace,
    uuid: own?.uuid ?? "",
    name: own?.name ?? "",
    groups: groups.map((group) => {
      const externalSynced = synced?.get(group.name);
      return { ...group, ...(externalSynced !== undefined && { externalSynced }) };
    }),
    accounts: accounts.all(),
    projects,
    repositories,
    ...(variables && { variables: variables.map(variableOf) }),
    ...(hooks && { hooks: hooks.map(({ description, uuid = "" }) => description || uuid) }),
  };
}

const narrowedTo = (project: string | undefined): Record<string, string> =>
  project === undefined ? {} : { q: `project.key="${project}"` };

async function groupsOf(session: Session, workspace: string): Promise<FoundGroup[]> {
  const found = await session.list("/1.0/groups/{workspace}", { workspace });
  return found.map((group) => {
    const { slug, name, members = [] } = group;
    // Given on new repositories by itself: https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/
    const { permission, auto_add: isGiven } = group as {
      readonly permission?: unknown;
      readonly auto_add?: unknown;
    };
    const given = isGiven === true && (["read", "write", "admin"] as const).find((one) => one === permission);
    return {
      slug,
      name,
      members: members.map(({ uuid }) => uuid),
      ...(given && { onNewRepositories: given }),
    };
  });
}

/** By name: whether an identity provider keeps the group. */
async function syncedOf(
  session: Session,
  groups: readonly FoundGroup[],
): Promise<ReadonlyMap<string, boolean>> {
  const found = await new Organization(session).findAll(groups.map(({ name }) => name));
  return new Map([...found].map(([name, { externalSynced }]) => [name, externalSynced]));
}

/** Notes who is a member, as what, and by which address. */
async function membersOf(
  session: Session,
  { workspace, emails, attempts, accounts }: WorkspaceLook,
): Promise<void> {
  const members = await attempts.of(
    "Bitbucket",
    () => session.list("/workspaces/{workspace}/permissions", { workspace }),
    [],
  );
  const memberships = ["owner", "collaborator", "member"] as const;
  for (const { user, permission } of members) {
    const membership: FoundAccount["membership"] = memberships.find((one) => one === permission) ?? "member";
    accounts.note({ uuid: (user as { readonly uuid: string }).uuid, membership });
  }
  const addresses = new Addresses(session, workspace);
  const wanted = [...new Set(emails.map((email) => email.toLowerCase()))].sort();
  const ask = () =>
    Promise.all(wanted.map(async (email) => ({ email, uuid: await addresses.accountOf(email) })));
  for (const { email, uuid } of await attempts.of("Bitbucket", ask, []))
    if (uuid !== undefined) accounts.note({ uuid, email });
}

async function projectsOf(
  session: Session,
  { workspace, attempts, project: only }: WorkspaceLook,
): Promise<FoundProject[]> {
  const list = () => session.list("/workspaces/{workspace}/projects", { workspace });
  const projects: FoundProject[] = [];
  for (const { key = "", uuid = "", name = "" } of await attempts.of("Bitbucket", list, [])) {
    if (only !== undefined && key !== only) continue;
    const ask = () => projectHolders({ workspace, project: key }, session).read();
    const holders = await attempts.of("Bitbucket", ask, undefined);
    projects.push({
      ...{ uuid, key, name },
      holders: holders?.map(({ entry }) => entry) ?? [],
      ...(holders === undefined && { unread: ["holders"] as const }),
    });
  }
  return projects;
}

/** By the slug of the repository: what everybody can do there in the end. */
async function rightsOf(session: Session, workspace: string, only?: string): Promise<Rights> {
  const all = "/workspaces/{workspace}/permissions/repositories";
  const found =
    only === undefined
      ? await session.list(all, { workspace }, {}, mostPages)
      : await session.list(`${all}/{repo_slug}`, { workspace, repo_slug: only }, {}, mostPages);
  const rights = new Map<string, FoundRight[]>();
  for (const { repository, user, permission } of found) {
    if (permission === undefined || permission === "none") continue;
    const slug = repository?.full_name?.split("/")[1] ?? only ?? "";
    const right = { user: (user as { readonly uuid?: string } | undefined)?.uuid ?? "", permission };
    const known = rights.get(slug);
    if (known === undefined) rights.set(slug, [right]);
    else known.push(right);
  }
  return rights;
}
