/** The workspace itself. */
import { z } from "zod";

import { defineFunction, workspace } from "../define";

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
export const getWorkspace = defineFunction({
  name: "getWorkspace",
  description: "A workspace: its UUID and name.",
  example: `const { uuid } = bitbucket.getWorkspace({ workspace: "acme" })`,
  inputs: z.strictObject({ workspace }),
  outputs: z.object({
    uuid: z.string().meta({ description: "UUID of the workspace, with braces." }),
    slug: z.string().meta({ description: "Slug of the workspace." }),
    name: z.string().meta({ description: "Name of the workspace, as people read it." }),
    private: z.boolean().meta({ description: "Whether only its members may see it." }),
  }),
  async invoke(inputs, session) {
    const {
      uuid = "",
      slug = "",
      name = "",
      is_private = true,
    } = await session.get("/workspaces/{workspace}", inputs);
    return { uuid, slug, name, private: is_private };
  },
});
