/** The parent of a group, by which a group moves and stays the same one. */
import { z } from "zod";

import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { KeycloakError } from "../client/connection";
import type { KeycloakAdmin, KeycloakGroup } from "../client/keycloak";
import { defineResource, groupId, id, realm } from "../define";
import { type Session, segment } from "../session";

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
    "The group that a group is within. A change moves the group: its id, members, roles, attributes and subgroups stay. Deleting this leaves the group where it is, and is refused while groups are within it: Keycloak would delete them with the group.",
  example: `new identity.GroupParent("payments", {
  realm: "acme",
  groupId: payments.id,
  parentId: engineering.id,
});`,
  importId: "realm/groupId",
  inputs,
  outputs: z.object({}),
  lifecycle: {
    async create(wanted, session) {
      await move(wanted, session);
      return { id: idOf(wanted), outputs: {} };
    },

    async read(at, session) {
      const group = await groupOf(session.realm(at.realm), at.groupId);
      if (group === undefined) return undefined;
      const { parentId } = group;
      if (parentId === undefined) return { id: idOf(at), inputs: at, absent: ["parentId"], outputs: {} };
      return { id: idOf(at), inputs: { ...at, parentId }, outputs: {} };
    },

    async update(_, wanted, session) {
      await move(wanted, session);
      return {};
    },

    /** Whoever deletes this means to delete the group, and Keycloak would take along what is within it. */
    async delete({ inputs: { realm, groupId } }, session) {
      const keycloak = session.realm(realm);
      const group = await groupOf(keycloak, groupId);
      if (group === undefined || group.subGroupCount === 0) return;
      const within = await keycloak.list<KeycloakGroup>(`groups/${segment(groupId)}/children`);
      if (within.length === 0) return;
      throw new Problem(
        `group ${group.path} of realm ${realm} still has groups within it, which Keycloak would delete with it: ${within.map(({ name }) => name).join(", ")}; move them elsewhere or remove them, then run this again`,
      );
    },
  },
});

type Wanted = z.output<typeof inputs>;

function idOf({ realm, groupId }: Pick<Wanted, "realm" | "groupId">): string {
  return `${realm}/${groupId}`;
}

function groupOf(keycloak: KeycloakAdmin, id: string): Promise<KeycloakGroup | undefined> {
  return keycloak.get<KeycloakGroup>(`groups/${segment(id)}`);
}

/** Keycloak takes the id and the name of the body, and nothing else: what it has of the group stays. */
async function move({ realm, groupId, parentId }: Wanted, session: Session): Promise<void> {
  const keycloak = session.realm(realm);
  const group = await groupOf(keycloak, groupId);
  if (group === undefined)
    throw new Problem(`realm ${realm} has no group ${groupId} any more: run this again with --refresh`);
  if (group.parentId === parentId) return;
  const parent = parentId === undefined ? undefined : await parentFor(group, parentId, keycloak);
  const list = parentId === undefined ? "groups" : `groups/${segment(parentId)}/children`;
  await keycloak.post(list, { id: group.id, name: group.name }).catch((error: unknown) => {
    if (!(error instanceof KeycloakError) || error.status !== 409) throw error;
    const where = parent === undefined ? "the top" : parent.path;
    throw new Problem(
      `group ${group.path} of realm ${realm} cannot move to ${where}: another group ${group.name} is there already; rename that one, move it or remove it, then run this again`,
    );
  });
}

/**
 * The group to move into. Keycloak answers 500 where that is below the group, and says that it is done where it is the
 * group itself.
 */
async function parentFor(
  group: KeycloakGroup,
  parentId: string,
  keycloak: KeycloakAdmin,
): Promise<KeycloakGroup> {
  const parent = await groupOf(keycloak, parentId);
  if (parent === undefined)
    throw new Problem(
      `group ${group.path} of realm ${keycloak.realm} cannot move into group ${parentId}, which is not there: run this again with --refresh`,
    );
  for (let at: KeycloakGroup | undefined = parent; at !== undefined;) {
    if (at.id === group.id)
      throw new Problem(
        `group ${group.path} of realm ${keycloak.realm} cannot move into ${parent.path}, which is within it: move that one out first, or name another parent`,
      );
    at = at.parentId === undefined ? undefined : await groupOf(keycloak, at.parentId);
  }
  return parent;
}
