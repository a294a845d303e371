/** Who is in a group, by ids. */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { defineResource, groupId, id, realm } from "../define";

const inputs = z.strictObject({
  realm,
  groupId,
  userIds: listOf(id, (one) => one).meta({
    description: "Ids of the accounts that are in the group, and of no others. May be empty.",
  }),
});

const outputs = z.object({
  declared: z.array(z.string()).meta({
    description: "Ids that were declared last. Whoever is among them is never put in a second time.",
  }),
  removedByHand: z.array(z.string()).meta({
    description:
      "Ids that are declared and no longer in the group: somebody else took them out, and they stay out until they are declared anew.",
  }),
});

export const members = defineResource({
  name: "Members",
  description:
    "The members of a group. Whoever is declared for the first time is put in, whoever is no longer declared is taken out, and so is whoever a refresh finds there undeclared. A member whom somebody took out by hand stays out, and is named: declare the group without them, and later with them, to put them back. Deleting this takes out whom it declared.",
  example: `new identity.Members("payments", {
  realm: "acme",
  groupId: payments.id,
  userIds: [ana.id, ben.id],
});`,
  importId: "realm/groupId",
  inputs,
  outputs,
  lifecycle: {
    create: () => Promise.reject(new Problem("not built yet")),
    read: () => Promise.reject(new Problem("not built yet")),
    update: () => Promise.reject(new Problem("not built yet")),
    delete: () => Promise.resolve(),
  },
});
