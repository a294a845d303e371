/** The people of a workspace. Bitbucket shows their e-mail addresses to nobody, but finds people by them. */
import { z } from "zod";

import { defineFunction, workspace } from "../define";
import { byKey } from "./sorted";

const member = z
  .object({
    uuid: z.string().meta({ description: "UUID of the account, with braces." }),
    name: z.string().meta({ description: "Name that the account shows." }),
  })
  .meta({ typeName: "WorkspaceMember" });

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/ */
export const getMembers = defineFunction({
  name: "getMembers",
  description: "All members of a workspace, or the one with an e-mail address, sorted by UUID.",
  example: `bitbucket.getMembers({ workspace: "acme", email: "ana@acme.example" }).members`,
  inputs: z.strictObject({
    workspace,
    email: z
      .string()
      .regex(/^[^"\\\s@]+@[^"\\\s@]+$/, "an e-mail address")
      .optional()
      .meta({ description: "Address of the one who is wanted; only administrators may ask. Default: all." }),
  }),
  outputs: z.object({ members: z.array(member).meta({ description: "The members." }) }),
  async invoke({ workspace, email }, session) {
    const query: Record<string, string> = email === undefined ? {} : { q: `user.email IN ("${email}")` };
    const present = await session.list("/workspaces/{workspace}/members", { workspace }, query);
    const members = present.map(({ user }) => ({ uuid: user?.uuid ?? "", name: user?.display_name ?? "" }));
    return { members: byKey(members, ({ uuid }) => uuid) };
  },
});
