/** The repositories of a workspace, or of one of its projects. */
import { z } from "zod";

import { defineFunction, projectKey, workspace } from "../define";
import { byKey } from "./sorted";

const repository = z
  .object({
    slug: z.string().meta({ description: "Slug of the repository." }),
    uuid: z.string().meta({ description: "UUID of the repository, with braces." }),
    name: z.string().meta({ description: "Name of the repository, as people read it." }),
    project: z.string().meta({ description: "Key of its project." }),
    private: z.boolean().meta({ description: "Whether only those with a permission may see it." }),
  })
  .meta({ typeName: "WorkspaceRepository" });

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ */
export const getRepositories = defineFunction({
  name: "getRepositories",
  description: "All repositories of a workspace that the account may see, sorted by slug.",
  example: `bitbucket.getRepositories({ workspace: "acme", project: "PAY" }).repositories`,
  inputs: z.strictObject({
    workspace,
    project: projectKey
      .optional()
      .meta({ description: "Key of the project whose repositories are wanted. Default: all of them." }),
  }),
  outputs: z.object({ repositories: z.array(repository).meta({ description: "The repositories." }) }),
  async invoke({ workspace, project }, session) {
    const query: Record<string, string> = project === undefined ? {} : { q: `project.key="${project}"` };
    const present = await session.list("/repositories/{workspace}", { workspace }, query);
    const repositories = present.map((item) => ({
      slug: item.full_name?.split("/")[1] ?? "",
      uuid: item.uuid ?? "",
      name: item.name ?? "",
      project: item.project?.key ?? "",
      private: item.is_private ?? true,
    }));
    return { repositories: byKey(repositories, ({ slug }) => slug) };
  },
});
