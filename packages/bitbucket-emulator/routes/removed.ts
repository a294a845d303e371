/**
 * Endpoints that Bitbucket has taken away, and says so: a client that still asks them learns that they are gone
 * rather than that it has mistyped (https://developer.atlassian.com/cloud/bitbucket/changelog/).
 */
import { type Scope } from "../contract";
import { endpoint } from "../endpoint";
import { ApiError } from "../errors";

const removed: readonly (readonly [path: string, ...scopes: Scope[]])[] = [
  ["/2.0/user/permissions/repositories", "read:repository:bitbucket"],
  ["/2.0/user/permissions/workspaces", "read:workspace:bitbucket", "read:user:bitbucket"],
];

export const removedEndpoints = removed.map(([path, ...scopes]) =>
  endpoint(
    {
      method: "GET",
      path,
      family: "permissions",
      scopes,
      query: ["q", "sort"],
      paged: true,
    },
    () => {
      throw new ApiError(410, "This API has been removed.");
    },
  ),
);
