/** The groups of a workspace, and who is in them. */
import { z } from "zod";

import { defineFunction, workspace } from "../define";
import { byKey } from "./sorted";

const group = z
  .object({
    slug: z.string().meta({ description: "What permissions and restrictions name the group by." }),
    name: z.string().meta({ description: "Name of the group, as people read it." }),
    members: z.array(z.string()).meta({ description: "UUIDs of its members, with braces, sorted." }),
  })
  .meta({ typeName: "WorkspaceGroup" });

/** https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/ */
export const getGroups = defineFunction({
  name: "getGroups",
  description: "All groups of a workspace with their members, sorted by slug.",
  example: `bitbucket.getGroups({ workspace: "acme" }).groups`,
  inputs: z.strictObject({ workspace }),
  outputs: z.object({ groups: z.array(group).meta({ description: "The groups." }) }),
  async invoke(inputs, session) {
    const present = await session.list("/1.0/groups/{workspace}", inputs);
    const groups = present.map(({ slug, name, members = [] }) => ({
      slug,
      name,
      members: byKey(members.map(({ uuid }) => uuid), String), // prettier-ignore
    }));
    return { groups: byKey(groups, ({ slug }) => slug) };
  },
});
