/** The parent of a group, by which a group moves and stays the same one. */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { defineResource, groupId, id, realm } from "../define";

const inputs = z.strictObject({
  realm,
  groupId,
  parentId: id
    .optional()
    .meta({ description: "Id of the group that it is directly within. Default: none, it is at the top." }),
});

export const groupParent = defineResource({
  name: "GroupParent",
  description:
    "The group that a group is within. A change moves the group: its id, members, roles, attributes and subgroups stay. Deleting this leaves the group where it is.",
  example: `new identity.GroupParent("payments", {
  realm: "acme",
  groupId: payments.id,
  parentId: engineering.id,
});`,
  importId: "realm/groupId",
  inputs,
  outputs: z.object({}),
  lifecycle: {
    create: () => Promise.reject(new Problem("not built yet")),
    read: () => Promise.reject(new Problem("not built yet")),
    update: () => Promise.reject(new Problem("not built yet")),
    delete: () => Promise.resolve(),
  },
});
