/** The projects of a workspace. */
import { z } from "zod";

import { defineFunction, workspace } from "../define";
import { byKey } from "./sorted";

const project = z
  .object({
    key: z.string().meta({ description: "Key of the project, for example `PAY`." }),
    uuid: z.string().meta({ description: "UUID of the project, with braces." }),
    name: z.string().meta({ description: "Name of the project, as people read it." }),
    private: z.boolean().meta({ description: "Whether only those with a permission may see it." }),
  })
  .meta({ typeName: "WorkspaceProject" });

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
export const getProjects = defineFunction({
  name: "getProjects",
  description: "All projects of a workspace that the account may see, sorted by key.",
  example: `bitbucket.getProjects({ workspace: "acme" }).projects`,
  inputs: z.strictObject({ workspace }),
  outputs: z.object({ projects: z.array(project).meta({ description: "The projects." }) }),
  async invoke(inputs, session) {
    const present = await session.list("/workspaces/{workspace}/projects", inputs);
    const projects = present.map(({ key = "", uuid = "", name = "", is_private = true }) => ({
      key,
      uuid,
      name,
      private: is_private,
    }));
    return { projects: byKey(projects, ({ key }) => key) };
  },
});
