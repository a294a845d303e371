/**
 * What a resource costs in requests, in one table: to read it once, and to write it. Bitbucket counts requests, so what a
 * refresh and a change will take is said beforehand; and a new resource does not compile without its line here.
 */
import type { RequestFamily } from "./api/budget";
import type { ResourceName } from "./provider";

type Requests = { readonly [F in RequestFamily]?: number };

interface Cost {
  /** Reading it once. A list that is longer than a page takes one more for each further hundred. */
  readonly reads: Requests;
  /** Reading any number of them takes one list: those who ask for it at the same time share it. Default false. */
  readonly shared?: true;
  /**
   * `once`; `nothing`, as it stands for what is there anyway; or the input whose entries are written one by one, and the
   * keys that tell one from another (none: an entry is its own).
   */
  readonly writes: "once" | "nothing" | { readonly each: string; readonly by: readonly string[] };
}

const repository: Requests = { repositories: 1 };
const workspace: Requests = { workspaces: 1 };
const holders = { each: "holders", by: ["group", "user"] };
const variables = { each: "variables", by: ["key"] };

const costs: Readonly<Record<ResourceName, Cost>> = {
  Group: { reads: { groups: 1 }, shared: true, writes: "once" },
  GroupMembers: { reads: { groups: 1 }, writes: { each: "members", by: [] } },
  ProjectIdentity: { reads: workspace, shared: true, writes: "nothing" },
  ProjectPermissions: { reads: { workspaces: 2 }, writes: holders },
  RepositoryPermissions: { reads: { repositories: 2 }, writes: holders },
  BranchRestrictions: {
    reads: repository,
    writes: { each: "restrictions", by: ["kind", "pattern", "branchType"] },
  },
  Deployment: { reads: repository, writes: "once" },
  DeploymentVariables: { reads: repository, writes: variables },
  RepositoryVariables: { reads: repository, writes: variables },
  WorkspaceVariables: { reads: workspace, writes: variables },
  PipelinesConfig: { reads: repository, writes: "once" },
  PipelineSchedule: { reads: repository, writes: "once" },
  WorkspaceHook: { reads: { webhooks: 1 }, writes: "once" },
  PipelinesIssuer: { reads: workspace, writes: "nothing" },
  RepositoryIdentity: { reads: repository, writes: "nothing" },
  // Asks Bitbucket Data Center, whose requests nobody counts.
  DataCenterClient: { reads: {}, writes: "nothing" },
};

/** What a type of resource costs; undefined for those of other packages. */
function costOf(type: string): Cost | undefined {
  const [, name] = /^bitbucket:index:(\w+)$/.exec(type) ?? [];
  return name !== undefined && Object.hasOwn(costs, name) ? costs[name as ResourceName] : undefined;
}

/** What reading resources of these types once asks of Bitbucket; types of other packages ask nothing of it. */
export function readRequests(types: readonly string[]): ReadonlyMap<RequestFamily, number> {
  const sum = new Map<RequestFamily, number>();
  const asked = types.filter((type, index) => costOf(type)?.shared !== true || types.indexOf(type) === index);
  for (const type of asked) {
    for (const [family, count] of Object.entries(costOf(type)?.reads ?? {}) as [RequestFamily, number][]) {
      sum.set(family, (sum.get(family) ?? 0) + count);
    }
  }
  return sum;
}

type Inputs = Readonly<Record<string, unknown>>;

/**
 * How many requests write a change of a resource.
 *
 * @param before its inputs; undefined where it is created
 * @param after undefined where it is deleted
 */
export function writeRequests(type: string, before: Inputs | undefined, after: Inputs | undefined): number {
  const writes = costOf(type)?.writes ?? "nothing";
  if (writes === "nothing") return 0;
  if (writes === "once") return 1;
  const listed = (inputs: Inputs | undefined): ReadonlyMap<string, string> => {
    const list = inputs?.[writes.each];
    const entries = Array.isArray(list) ? (list as unknown[]) : [];
    return new Map(entries.map((entry) => [identityOf(entry, writes.by), JSON.stringify(entry)]));
  };
  const [there, wanted] = [listed(before), listed(after)];
  return [...new Set([...there.keys(), ...wanted.keys()])].filter((one) => there.get(one) !== wanted.get(one))
    .length;
}

function identityOf(entry: unknown, by: readonly string[]): string {
  if (typeof entry !== "object" || entry === null) return JSON.stringify(entry);
  return JSON.stringify(by.map((key) => (entry as Inputs)[key]));
}
