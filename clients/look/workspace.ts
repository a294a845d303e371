/**
 * What is read of a workspace to find what Bitbucket would refuse. Members, projects and repositories come in lists of a
 * hundred; a repository is asked for itself only where the list lacks it, and for its environments only where it is to get
 * one. What may not be read is said, and never the end of the look.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Environment, Item } from "@pulumi/bitbucket/api/contract";
import { BitbucketError, isGone } from "@pulumi/bitbucket/api/explain";
import type { Reader } from "./reader";

/** What a look is about. */
export interface Wanted {
  /** Whether members and projects matter: to a stack that gives permissions. */
  readonly governing: boolean;
  /** Slugs of the repositories that are declared. */
  readonly repositories: readonly string[];
  /** Those of them that are to get an environment. */
  readonly environmentsOf: readonly string[];
  /** Repositories, at most, that are each asked for something. */
  readonly most: number;
}

interface SeenRepository {
  readonly uuid?: string;
  /** Key. */
  readonly project?: string;
  /** Undefined for one without a commit. */
  readonly mainBranch?: string;
}

export interface SeenEnvironment {
  readonly name: string;
  readonly type: "Test" | "Staging" | "Production";
  readonly adminOnly: boolean;
}

/** What there is; what is absent was not read. */
export interface Seen {
  /** By UUID: whether the account administers the workspace, and so counts as its owner. */
  readonly members?: ReadonlyMap<string, boolean>;
  /** Keys. */
  readonly projects?: ReadonlySet<string>;
  /** Keys by UUID. */
  readonly projectKeys?: ReadonlyMap<string, string>;
  /** By slug. */
  readonly repositories?: ReadonlyMap<string, SeenRepository>;
  /** Of declared ones that are not in the list: where they are now (`acme/new-name`), or undefined for nowhere. */
  readonly elsewhere: ReadonlyMap<string, string | undefined>;
  /** By slug of the repository. */
  readonly environments: ReadonlyMap<string, readonly SeenEnvironment[]>;
  readonly unread: readonly Unread[];
}

/** What was not looked at, and why. */
interface Unread {
  /** The field of {@link Seen} that lacks it. */
  readonly part: Part;
  readonly why: string;
}

type Part = Exclude<keyof Seen, "unread" | "projectKeys">;

/** Why a part is not there: by its own answer, or by the one after which nothing else was asked. */
export function whyUnread({ unread }: Seen, part: Part): string {
  return (unread.find((one) => one.part === part) ?? unread[0])?.why ?? "it was not asked for";
}

const members = "/workspaces/{workspace}/permissions";
const repository = "/repositories/{workspace}/{repo_slug}";

export async function readWorkspace(read: Reader, wanted: Wanted): Promise<Seen> {
  const unread: Unread[] = [];
  let isAnswering = true;
  const attempt = async <T>(part: Part, ask: () => Promise<T>): Promise<T | undefined> => {
    if (!isAnswering) return undefined;
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      // Without an answer, or with a token that is none, everything else would fail alike.
      isAnswering = thrown instanceof BitbucketError && ![undefined, 401].includes(thrown.status);
      unread.push({ part, why: thrown.message });
      return undefined;
    }
  };
  const repositories =
    wanted.governing || wanted.repositories.length > 0
      ? await attempt("repositories", () => repositoriesOf(read))
      : undefined;
  const [members, listed] = wanted.governing
    ? await Promise.all([
        attempt("members", () => membersOf(read)),
        attempt("projects", () => projectsOf(read)),
      ])
    : [];

  const single = new Allowance(wanted.most);
  const absent = wanted.repositories.filter((slug) => repositories && !repositories.has(slug));
  const elsewhere = new Map<string, string | undefined>();
  for (const slug of single.of(absent)) {
    const found = await attempt("elsewhere", () => addressOf(read, slug));
    if (found !== undefined) elsewhere.set(slug, found.at);
  }
  const environments = new Map<string, readonly SeenEnvironment[]>();
  await Promise.all(
    single.of(wanted.environmentsOf.filter((slug) => repositories?.has(slug))).map(async (slug) => {
      const found = await attempt("environments", () => environmentsIn(read, slug));
      if (found !== undefined) environments.set(slug, found);
    }),
  );
  if (single.left > 0)
    unread.push({
      part: "environments",
      why: `${single.left} more repositories, which a deploy looks at`,
    });
  return {
    ...(members && { members }),
    ...(listed && {
      projects: new Set(listed.map(({ key }) => key)),
      projectKeys: new Map(listed.map(({ uuid, key }) => [uuid, key])),
    }),
    ...(repositories && { repositories }),
    elsewhere,
    environments,
    unread,
  };
}

/** So many repositories, and how many were left out. */
class Allowance {
  left = 0;
  constructor(private rest: number) {}

  of(slugs: readonly string[]): readonly string[] {
    const taken = slugs.slice(0, this.rest);
    this.rest -= taken.length;
    this.left += slugs.length - taken.length;
    return taken;
  }
}

async function membersOf(read: Reader): Promise<ReadonlyMap<string, boolean>> {
  const found = await read.list(members);
  return new Map(
    found.flatMap(({ user, permission }) =>
      // Somebody who may use a repository of the workspace, and is no member.
      permission === "collaborator"
        ? []
        : [[(user as { readonly uuid: string }).uuid, permission === "owner"] as const],
    ),
  );
}

async function projectsOf(read: Reader): Promise<readonly { key: string; uuid: string }[]> {
  const found = await read.list("/workspaces/{workspace}/projects");
  return found.map(({ key, uuid }) => ({ key: String(key), uuid: String(uuid) }));
}

async function repositoriesOf(read: Reader): Promise<ReadonlyMap<string, SeenRepository>> {
  const found = (await read.list(
    "/repositories/{workspace}",
  )) as readonly Item<"/repositories/{workspace}">[];
  return new Map(found.map((each) => [slugOf(each.full_name ?? ""), seenRepository(each)] as const));
}

function seenRepository({ uuid, project, mainbranch }: Item<"/repositories/{workspace}">): SeenRepository {
  return {
    ...(uuid !== undefined && { uuid }),
    ...(project?.key !== undefined && { project: project.key }),
    ...(mainbranch?.name !== undefined && { mainBranch: mainbranch.name }),
  };
}

/** Where a repository is now; at no place for one that is not there, or that this account may not see. */
async function addressOf(read: Reader, slug: string): Promise<{ readonly at: string | undefined }> {
  try {
    const { full_name: name } = await read.get(repository, { repo_slug: slug });
    return { at: typeof name === "string" ? name : undefined };
  } catch (thrown) {
    if (thrown instanceof BitbucketError && thrown.movedTo !== undefined) return { at: thrown.movedTo };
    if (isGone(thrown)) return { at: undefined };
    throw thrown;
  }
}

async function environmentsIn(read: Reader, slug: string): Promise<readonly SeenEnvironment[]> {
  const found = (await read.list(`${repository}/environments`, {
    repo_slug: slug,
  })) as readonly Environment[];
  return found.map(({ name = "", environment_type: type, restrictions }) => ({
    name,
    type: type?.name ?? "Test",
    adminOnly: restrictions?.admin_only ?? false,
  }));
}

/** The last part of `workspace/slug`. */
function slugOf(fullName: string): string {
  return fullName.split("/").at(-1) ?? "";
}
