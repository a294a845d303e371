/** Who is in a group, by ids. */
import { z } from "zod";

import { listOf, type State } from "@bitbucket-keycloak/pulumi-plugin/define";
import { PartlyDone, Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { KeycloakError } from "../client/connection";
import type { KeycloakAdmin, KeycloakGroup, KeycloakUser } from "../client/keycloak";
import { defineResource, groupId, id, realm } from "../define";
import { type Session, segment } from "../session";
import { after, type Known, nobody, planOf, seen } from "./membership";

const inputs = z.strictObject({
  realm,
  groupId,
  userIds: listOf(id, (one) => one).meta({
    description: "Ids of the accounts that are in the group, and of no others. May be empty.",
  }),
  takenOver: z.array(id).optional().meta({
    description:
      "Ids that another resource has declared until now, which this one takes over from: whoever of them was taken out by hand does not come back. Counts when this is created. Never a change by itself.",
    hint: true,
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
    async create({ takenOver, ...wanted }, session) {
      const known = takenOver ? { userIds: takenOver, declared: takenOver } : nobody;
      return { id: idOf(wanted), outputs: await apply(wanted, known, session) };
    },

    async read(at, session, previous) {
      const group = new Group(at, session);
      const present = await group.members();
      if (present === undefined) return undefined;
      const { userIds, ...found } = seen(present, previous ? knownOf(previous).declared : present);
      await group.sayRemoved(found.removedByHand);
      return {
        id: idOf(at),
        inputs: { ...at, userIds },
        outputs: { ...found, declared: [...found.declared], removedByHand: [...found.removedByHand] },
      };
    },

    update: (previous, wanted, session) => apply(wanted, knownOf(previous), session),

    async delete({ inputs, outputs }, session) {
      const group = new Group(inputs, session);
      const present = new Set(await group.members());
      const { remove } = planOf(present, knownOf({ inputs, outputs }), []);
      await Promise.all(remove.map((userId) => group.takeOut(userId)));
    },
  },
});

type Inputs = z.output<typeof inputs>;
type Outputs = z.output<typeof outputs>;
type Place = Pick<Inputs, "realm" | "groupId">;

function idOf({ realm, groupId }: Place): string {
  return `${realm}/${groupId}`;
}

function knownOf({ inputs: { userIds }, outputs }: State<Inputs, Partial<Outputs>>): Known {
  return { userIds, declared: outputs.declared ?? userIds };
}

/** @throws PartlyDone where somebody went in or out before something failed */
async function apply(wanted: Inputs, known: Known, session: Session): Promise<Outputs> {
  const group = new Group(wanted, session);
  const members = await group.members();
  if (members === undefined)
    throw new Problem(
      `realm ${wanted.realm} has no group ${wanted.groupId} any more: run this again with --refresh`,
    );
  const present = new Set(members);
  const { add, remove, removedByHand, unseen } = planOf(present, known, wanted.userIds);
  await group.sayRemoved(removedByHand);
  await group.sayUnseen(unseen);

  const done = new Set<string>();
  const acts = [
    ...add.map((userId) => group.putIn(userId).then(() => done.add(userId))),
    ...remove.map((userId) => group.takeOut(userId).then(() => done.add(userId))),
  ];
  const failed = (await Promise.allSettled(acts)).find((result) => result.status === "rejected");
  if (failed === undefined) return { declared: [...wanted.userIds], removedByHand: [...removedByHand] };
  const { userIds, declared } = after(present, known, wanted.userIds, done);
  if (done.size === 0) throw failed.reason;
  throw new PartlyDone(idOf(wanted), { ...wanted, userIds }, { declared, removedByHand }, failed.reason);
}

/** The requests, and the words. */
class Group {
  private readonly keycloak: KeycloakAdmin;
  constructor(
    private readonly at: Place,
    private readonly session: Session,
  ) {
    this.keycloak = session.realm(at.realm);
  }

  /** Ids; undefined where there is no such group. */
  async members(): Promise<string[] | undefined> {
    try {
      return (await this.keycloak.members(segment(this.at.groupId))).map(({ id }) => id);
    } catch (error) {
      if (error instanceof KeycloakError && error.status === 404) return undefined;
      throw error;
    }
  }

  async putIn(userId: string): Promise<void> {
    await this.keycloak.put(this.pathOf(userId)).catch((error: unknown) => {
      if (!(error instanceof KeycloakError) || error.status !== 404) throw error;
      throw new Problem(
        `account ${userId} cannot be put into group ${this.at.groupId} of realm ${this.at.realm}, for one of them is not there any more: run this again with --refresh`,
      );
    });
  }

  /** Whoever is gone already is out. */
  async takeOut(userId: string): Promise<void> {
    await this.keycloak.delete(this.pathOf(userId));
  }

  async sayRemoved(ids: readonly string[]): Promise<void> {
    await this.name(
      ids,
      "taken out by somebody since they were declared, and left out; to put them back, declare the group without them once, then with them",
    );
  }

  async sayUnseen(ids: readonly string[]): Promise<void> {
    await this.name(ids, "in it without being declared; a run with --refresh shows them and takes them out");
  }

  private async name(ids: readonly string[], what: string): Promise<void> {
    if (ids.length === 0) return;
    const { realm, groupId } = this.at;
    const group = await this.keycloak.get<KeycloakGroup>(`groups/${segment(groupId)}`);
    const names = await Promise.all(ids.map((userId) => this.nameOf(userId)));
    this.session.say(
      `warning: group ${group?.path ?? groupId} of realm ${realm}: ${names.sort().join(", ")}: ${what}`,
    );
  }

  private async nameOf(userId: string): Promise<string> {
    const user = await this.keycloak.get<KeycloakUser>(`users/${segment(userId)}`);
    return user?.username ?? `${userId} (an account that is gone)`;
  }

  private pathOf(userId: string): string {
    return `users/${segment(userId)}/groups/${segment(this.at.groupId)}`;
  }
}
