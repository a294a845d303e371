/** What stands in one repository: five requests, and one more for each further environment; three more with its details. */
import type {
  FoundEnvironment,
  FoundRepository,
  FoundRestriction,
  FoundVariable,
  RepositoryPart,
} from "../../access/adopt/found";
import type { Session } from "@pulumi/bitbucket/api/client";
import { restrictionList } from "@pulumi/bitbucket/resources/branch-restrictions";
import { environmentsOf } from "@pulumi/bitbucket/resources/deployment";
import { pipelinesEnabled } from "@pulumi/bitbucket/resources/pipelines-config";
import { repositoryHolders } from "@pulumi/bitbucket/resources/repository-permissions";
import type { Attempts } from "./attempts";

/** What each repository costs: groups, users, restrictions, environments, and the variables of one of these. */
export const requestsOfRepository = 5;
/** Access keys, the switch of pipelines, variables. */
export const requestsOfDetails = 3;

const path = "/repositories/{workspace}/{repo_slug}";

interface Place {
  readonly workspace: string;
  readonly slug: string;
  readonly attempts: Attempts;
  /** Whether access keys, the switch of pipelines and variables are asked for. */
  readonly details: boolean;
}

type Content = Omit<FoundRepository, "uuid" | "slug" | "project" | "mainBranch" | "effective">;

export async function foundRepository(session: Session, place: Place): Promise<Content> {
  const { workspace, slug, attempts, details } = place;
  const where = { workspace, repository: slug };
  const unread: RepositoryPart[] = [];
  const part = async <T>(name: RepositoryPart, ask: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const found = await attempts.of("Bitbucket", ask, undefined);
    if (found === undefined && !unread.includes(name)) unread.push(name);
    return found ?? [];
  };
  const holders = await part("holders", () => repositoryHolders(where, session).read());
  const restrictions = await part("restrictions", () => restrictionList(where, session).read());
  const environments: FoundEnvironment[] = [];
  for (const { uuid, name, type, adminOnly } of await part("environments", () =>
    environmentsOf(where, session),
  )) {
    const variables = await part("variables", () => variablesIn(session, place, uuid));
    environments.push({ uuid, name, type, adminOnly, variables });
  }
  return {
    holders: holders.map(({ entry }) => entry),
    restrictions: restrictions.map(({ entry, handle }): FoundRestriction => ({
      id: Number(handle),
      ...entry,
    })),
    environments,
    ...(unread.length > 0 && { unread }),
    ...(details && (await detailsOf(session, place))),
  };
}

async function detailsOf(
  session: Session,
  { workspace, slug, attempts }: Place,
): Promise<Pick<Content, "deployKeys" | "pipelinesEnabled" | "variables">> {
  const at = { workspace, repo_slug: slug };
  const read = <T>(ask: () => Promise<T>): Promise<T | undefined> => attempts.of("Bitbucket", ask, undefined);
  const keys = await read(() => session.list(`${path}/deploy-keys`, at));
  const isEnabled = await read(() => pipelinesEnabled({ workspace, repository: slug }, session));
  const variables = await read(() => session.list(`${path}/pipelines_config/variables`, at));
  return {
    ...(keys && { deployKeys: keys.map(deployKeyOf) }),
    ...(isEnabled !== undefined && { pipelinesEnabled: isEnabled }),
    ...(variables && { variables: variables.map(variableOf) }),
  };
}

function deployKeyOf(key: object): { readonly id: number; readonly label: string } {
  const { id = 0, label = "" } = key as { readonly id?: number; readonly label?: string };
  return { id, label };
}

async function variablesIn(
  session: Session,
  { workspace, slug }: Place,
  uuid: string,
): Promise<FoundVariable[]> {
  const at = { workspace, repo_slug: slug, environment_uuid: uuid };
  const all = `${path}/deployments_config/environments/{environment_uuid}/variables` as const;
  return (await session.list(all, at)).map(variableOf);
}

/** Its name, and never its value. */
export function variableOf({
  uuid = "",
  key = "",
  secured = false,
}: {
  readonly uuid?: string;
  readonly key?: string;
  readonly secured?: boolean;
}): FoundVariable {
  return { uuid, key, secured };
}
