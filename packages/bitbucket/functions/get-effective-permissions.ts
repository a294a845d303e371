/** What each person may do in the end, whichever way it came to them. Bitbucket does not say by which. */
import { z } from "zod";

import { defineFunction, repository, workspace } from "../define";
import { byKey } from "./sorted";

const right = z
  .object({
    repository: z.string().meta({ description: "Slug of the repository." }),
    user: z.string().meta({ description: "UUID of the account, with braces." }),
    permission: z
      .enum(["read", "write", "admin", "none"])
      .meta({ description: "The highest of workspace, project and repository." }),
  })
  .meta({ typeName: "EffectivePermission" });

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
export const getEffectivePermissions = defineFunction({
  name: "getEffectivePermissions",
  description:
    "What every person may do on every repository of a workspace, or on one of them, sorted by repository and account. Only administrators of the workspace may ask.",
  example: `bitbucket.getEffectivePermissions({ workspace: "acme", repository: "payments-api" }).permissions`,
  inputs: z.strictObject({
    workspace,
    repository: repository
      .optional()
      .meta({ description: "Slug of the repository. Default: all of the workspace." }),
  }),
  outputs: z.object({ permissions: z.array(right).meta({ description: "Who may do what." }) }),
  async invoke({ workspace, repository: slug }, session) {
    const all = "/workspaces/{workspace}/permissions/repositories";
    const present =
      slug === undefined
        ? await session.list(all, { workspace })
        : await session.list(`${all}/{repo_slug}`, { workspace, repo_slug: slug });
    const permissions = present.map((item) => ({
      repository: item.repository?.full_name?.split("/")[1] ?? slug ?? "",
      user: (item.user as { uuid?: string } | undefined)?.uuid ?? "",
      permission: item.permission ?? ("none" as const),
    }));
    return { permissions: byKey(permissions, ({ repository, user }) => `${repository} ${user}`) };
  },
});
