/**
 * A team in both systems: a group in Keycloak, which hands its roles down to the teams within it, and, where the stack
 * governs the workspace, a flat group in Bitbucket, of the same name unless the team says otherwise. Who is *in* a Bitbucket group is
 * never declared here: `sync` is the only writer of that.
 *
 * Teams are no children of one another: a team that moves would get another URN, and with it another group.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { groupOf, type DesiredGroup } from "../access";
import type { People } from "./people";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import { refuse } from "./validate";

export interface TeamArgs {
  realm: Realm;
  rights: Pick<Rights, "roleIds">;
  /** Name, owner, description, roles, and members; without `members` Keycloak (LDAP, HR) owns the membership. */
  team: DesiredGroup;
  /** The team that this one is within. Default: none. */
  within?: Pick<Team, "id"> | undefined;
  /** Those who may be named as members. */
  people: Pick<People, "accounts">;
  /** Slug of the workspace to place the group in; only in the stack that governs it. Default: none. */
  workspace?: string | undefined;
}

export class Team extends pulumi.ComponentResource {
  /** Id of the group in Keycloak. */
  readonly id: pulumi.Output<string>;
  /** The group in Bitbucket, where there is one: what grants it something depends on it. */
  readonly bitbucketGroup: bitbucket.Group | undefined;

  constructor(name: string, args: TeamArgs, opts?: pulumi.ComponentResourceOptions) {
    const { realm, team, within, workspace } = args;
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

    const inside = realm.inside(this);
    const group = new keycloak.Group(
      name,
      {
        realmId: realm.id,
        name: team.name,
        parentId: within?.id,
        attributes: { owner: team.owner, description: team.description },
      },
      inside,
    );
    this.id = group.id;
    const on = { realmId: realm.id, groupId: group.id };
    // All of the group's own roles, also if it has none: one that was added by hand is seen.
    new keycloak.GroupRoles(name, { ...on, roleIds, exhaustive: true }, inside);
    if (team.members !== undefined) {
      // Only on theirs: a state in which each team waits for everybody is twice as long.
      const dependsOn = team.members.flatMap((member) => args.people.accounts.get(member) ?? []);
      // They go with their group: the plugin would take each out by name, and finds not every name.
      const options = { parent: this, deletedWith: group, dependsOn };
      new keycloak.GroupMemberships(name, { ...on, members: [...team.members] }, options);
    }
    this.bitbucketGroup =
      workspace === undefined
        ? undefined
        : new bitbucket.Group(name, { workspace, name: groupOf(team) }, { parent: this });
    this.registerOutputs({ id: this.id });
  }
}
