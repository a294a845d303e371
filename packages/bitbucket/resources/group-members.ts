/**
 * Who is in a group. For those who keep people in their program; whoever lets another system decide who belongs to
 * a team leaves this resource out, for a list has one writer.
 */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import type { Session } from "../api/client";
import { Members } from "../api/groups";
import { adopt, defineResource, groupSlug, owned, uuid, workspace } from "../define";
import { ownedLifecycle } from "../owned-lifecycle";
import { type OwnedList } from "../owned";

interface Place {
  readonly workspace: string;
  readonly group: string;
}

const idOf = ({ workspace, group }: Place) => `${workspace}/${group}`;

const list = (place: Place, session: Session): Omit<OwnedList<string, undefined>, "property"> => {
  const members = new Members(session, place.workspace, place.group);
  return {
    what: `the members of group ${idOf(place)}`,
    keyOf: String,
    equal: () => true,
    show: () => "a member",
    read: async () =>
      (await members.list()).flatMap(({ uuid }) =>
        uuid === undefined ? [] : [{ entry: uuid, handle: undefined }],
      ),
    add: (uuid) => members.add(uuid),
    change: (_, declared) => members.add(declared),
    remove: ({ entry }) => members.remove(entry),
  };
};

/** https://support.atlassian.com/bitbucket-cloud/docs/groups-endpoint/ */
export const groupMembers = defineResource({
  name: "GroupMembers",
  description:
    "All members of a group. One resource owns the whole list: who is added or taken out by hand is seen by the next refresh and put right by the next update.",
  example: `new bitbucket.GroupMembers("payments", { workspace: "acme", group: "payments", members: [ana, ben] });`,
  importId: "workspace/group",
  inputs: z
    .strictObject({
      workspace,
      group: groupSlug.meta({
        description: "Slug of the group, for example `payments-leads`.",
        replaceOnChanges: true,
      }),
      members: listOf(uuid, String).meta({
        description:
          "UUIDs of the accounts, with braces; members of the workspace all of them. Whoever is not listed here is taken out.",
      }),
      adopt,
    })
    .check(({ value: { group, members }, issues, value: input }) => {
      if (group !== "administrators" || members.length > 0) return;
      const message = "the workspace would have no administrator; name one at least, two are better";
      issues.push({ code: "custom", message, path: ["members"], input });
    }),
  outputs: owned,
  lifecycle: ownedLifecycle({ property: "members", idOf, list }),
});
