/** What a refresh asks: how many requests the reading of each resource takes, by family. */
import type { RequestFamily } from "./api/budget";

type Requests = { readonly [F in RequestFamily]?: number };

const one: Requests = { repositories: 1 };

/** A list that is longer than a page takes one more for each further hundred. */
export const readRequests: Readonly<Record<string, Requests>> = {
  "bitbucket:index:Group": { groups: 1 },
  "bitbucket:index:GroupMembers": { groups: 1 },
  "bitbucket:index:ProjectPermissions": { workspaces: 2 },
  "bitbucket:index:RepositoryPermissions": { repositories: 2 },
  "bitbucket:index:BranchRestrictions": one,
  "bitbucket:index:Deployment": one,
  "bitbucket:index:DeploymentVariables": one,
  "bitbucket:index:RepositoryVariables": one,
  "bitbucket:index:WorkspaceVariables": { workspaces: 1 },
  "bitbucket:index:PipelinesConfig": one,
  "bitbucket:index:PipelineSchedule": one,
  "bitbucket:index:WorkspaceHook": { workspaces: 1 },
  "bitbucket:index:PipelinesIssuer": { workspaces: 2 },
  "bitbucket:index:RepositoryIdentity": one,
};

/** What refreshing resources of these types asks of Bitbucket; types of other packages ask nothing of it. */
export function refreshRequests(types: readonly string[]): ReadonlyMap<RequestFamily, number> {
  const sum = new Map<RequestFamily, number>();
  for (const type of types) {
    for (const [family, count] of Object.entries(readRequests[type] ?? {}) as [RequestFamily, number][]) {
      sum.set(family, (sum.get(family) ?? 0) + count);
    }
  }
  return sum;
}
