/**
 * A team in both systems: a group in Keycloak, which hands its roles down to the teams within it, and, where the stack
 * governs the workspace, a flat group in Bitbucket, of the same name unless the team says otherwise. Who is *in* a
 * Bitbucket group is never declared here: `sync` is the only writer of that.
 *
 * Teams are no children of one another: a team that moves would get another URN, and with it another group.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import { groupNameOf, groupOf, type DesiredGroup } from "../access";
import type { Context } from "./context";
import type { People } from "./people";
import { formerly } from "./formerly";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import { refuse } from "./validate";

export interface TeamArgs {
  realm: Realm;
  rights: Pick<Rights, "roleIds">;
  /** Name, owner, description, roles, and members; without `members` Keycloak (LDAP, HR) owns the membership. */
  team: DesiredGroup;
  /** The team that this one is within. Default: none. */
  within?: Pick<Team, "id" | "placement"> | undefined;
  /** Those who may be named as members. */
  people: Pick<People, "idOf" | "idsOf">;
  /** Slugs of groups that the team had before: they stay, with its grants, while they are named. Default: none. */
  formerGroups?: readonly string[] | undefined;
  /** Slug of the workspace to place the group in; only in the stack that governs it. Default: none. */
  workspace?: string | undefined;
  context: Pick<Context, "lastState">;
}

export class Team extends pulumi.ComponentResource {
  /** Id of the group in Keycloak. */
  readonly id: pulumi.Output<string>;
  /** That the group is where it belongs: what is placed within it waits for that. */
  readonly placement: identity.GroupParent;
  /** Its groups in Bitbucket by their slugs, where there are some: what grants them something depends on them. */
  readonly bitbucketGroups: ReadonlyMap<string, bitbucket.Group>;

  constructor(name: string, args: TeamArgs, opts?: pulumi.ComponentResourceOptions) {
    const { realm, team, within, workspace, formerGroups = [] } = args;
    refuse(
      (team.parent === undefined) !== (within === undefined) && {
        path: `team ${name}: within`,
        found: within === undefined ? "nothing" : "a team",
        allowed: team.parent === undefined ? "nothing, since the team names no parent" : team.parent,
        fix: "give the team that it names as its parent, and declare that one first",
      },
    );
    const roleIds = team.roles.map((role) => roleIdOf(`team ${name}`, role, args.rights));
    super("bitbucket-keycloak:index:Team", name, {}, opts);

    const renamed = formerly(team.previously);
    const inside = { ...realm.inside(this), ...renamed };
    const group = this.placeGroup(name, args, inside);
    this.id = group.id;
    this.placement = this.placeWithin(name, args, inside);
    const on = { realmId: realm.id, groupId: group.id };
    // All of the group's own roles, also if it has none: one that was added by hand is seen. What a group had that was there
    // before is not ours.
    new keycloak.GroupRoles(name, { ...on, roleIds, exhaustive: !wasThere(args) }, inside);
    if (team.members !== undefined) this.placeMembers(name, team.members, args, group);
    // By its slug, which cannot change: a group of another slug is another group, whatever its team is called.
    const former = formerGroups.map((slug) => [slug, slug] as const);
    const groups = workspace === undefined ? [] : [[groupOf(team), groupNameOf(team)] as const, ...former];
    this.bitbucketGroups = new Map(
      groups.map(([slug, called]) => [
        slug,
        new bitbucket.Group(slug, { workspace: workspace ?? "", name: called }, { parent: this }),
      ]),
    );
    this.registerOutputs({ id: this.id });
  }

  private placeGroup(name: string, args: TeamArgs, inside: pulumi.CustomResourceOptions) {
    const { realm, team, within } = args;
    const kept = wasThere(args);
    return new keycloak.Group(
      name,
      {
        realmId: realm.id,
        name: team.name,
        parentId: within?.id,
        attributes: { owner: team.owner, description: team.description },
      },
      {
        ...inside,
        // To the plugin another parent means another group, without the members of this one.
        ignoreChanges: ["parentId", ...(kept ? ["attributes"] : [])],
        // So that a parent's placement goes after the groups within it: it is refused while there are any, since Keycloak
        // deletes them with their parent.
        dependsOn: [...placementsOf(within)],
      },
    );
  }

  /**
   * Moves the group to where it belongs, after its new parent and everything above that: a move never makes a circle then,
   * whatever was within what before. And what is deleted goes when everything is where it belongs.
   */
  private placeWithin(name: string, { realm, within }: TeamArgs, inside: pulumi.CustomResourceOptions) {
    return new identity.GroupParent(
      name,
      { realm: realm.id, groupId: this.id, ...(within && { parentId: within.id }) },
      { ...inside, dependsOn: [...placementsOf(within)] },
    );
  }

  private placeMembers(name: string, members: readonly string[], args: TeamArgs, group: keycloak.Group) {
    const { realm, people, team } = args;
    // They go with their group.
    const options = { parent: this, deletedWith: group, ...formerly(team.previously) };
    const idOf = (member: string) => people.idOf(`team ${name}: member ${member}`, member);
    const before = this.placeListByName(name, args, { ...options });
    new identity.Members(
      name,
      {
        realm: realm.id,
        groupId: group.id,
        userIds: members.map(idOf),
        // Whoever was in that list and was taken out of the group by hand stays out.
        ...(before && { takenOver: before.members.apply((names) => people.idsOf(names)) }),
      },
      { ...options, ...(before && { dependsOn: [before] }) },
    );
  }

  /**
   * What the versions before declared members with. A run that makes the new list keeps the old one as it is, so that it is
   * dropped by the run after: the engine then asks no plugin, which would take everybody out of the group.
   */
  private placeListByName(
    name: string,
    { realm, team, context: { lastState } }: TeamArgs,
    options: pulumi.CustomResourceOptions,
  ): keycloak.GroupMemberships | undefined {
    const names = [name, ...(team.previously === undefined ? [] : [team.previously])];
    const isKnown = (type: string) => names.some((one) => lastState.has(type, one));
    if (!isKnown(listByNameType) || isKnown(membersType)) return undefined;
    return new keycloak.GroupMemberships(
      name,
      { realmId: realm.id, groupId: this.id, members: [] },
      { ...options, retainOnDelete: true, ignoreChanges: ["members"] },
    );
  }
}

/** Whether the group was there before the team was declared: what it has besides stays. */
function wasThere({ team, context: { lastState } }: TeamArgs): boolean {
  return lastState.isAdopted(groupType, team.name, team.previously ?? team.name);
}

/** What has to be where it belongs before: nothing at the top. */
function placementsOf(within: TeamArgs["within"]): identity.GroupParent[] {
  return within === undefined ? [] : [within.placement];
}

const groupType = "keycloak:index/group:Group";
const listByNameType = "keycloak:index/groupMemberships:GroupMemberships";
const membersType = identity.Members.token;
