/**
 * Endpoints that Bitbucket has taken away, and says so: a client that still asks them learns that they are gone
 * rather than that it has mistyped (https://developer.atlassian.com/cloud/bitbucket/changelog/).
 */
import { endpoint } from "../endpoint";
import { ApiError } from "../errors";

const paths = ["/2.0/user/permissions/repositories", "/2.0/user/permissions/workspaces"];

export const removedEndpoints = paths.map((path) =>
  endpoint(
    {
      method: "GET",
      path,
      family: "permissions",
      scopes: ["read:workspace:bitbucket"],
      query: ["q", "sort"],
      paged: true,
    },
    () => {
      throw new ApiError(410, "This API has been removed.");
    },
  ),
);
