/**
 * Teams under one name in both systems: a group tree in Keycloak that hands roles down, and, where the stack
 * governs the workspace, flat groups of the same names in Bitbucket. Who is *in* a Bitbucket group is never
 * declared here: `sync` is the only writer of that.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import type { DesiredGroup } from "../access";
import { roleId, type People } from "./people";
import type { Realm } from "./realm";

export interface TeamsArgs {
  realm: Realm;
  /** Parents before their children. */
  groups: readonly DesiredGroup[];
  /** Ids of the client roles, by name. */
  roleIds: ReadonlyMap<string, pulumi.Input<string>>;
  /** Those who may be named as members. */
  people: Pick<People, "accounts">;
  /** Slug of the workspace to place the groups in; only in the stack that governs it. */
  workspace?: string;
}

export class Teams extends pulumi.ComponentResource {
  /** The groups in Bitbucket: what grants them something depends on these. */
  readonly bitbucketGroups: readonly bitbucket.Group[];
  private readonly args: TeamsArgs;

  constructor(name: string, args: TeamsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:Teams", name, {}, opts);
    this.args = args;

    const placed = new Map<string, keycloak.Group>();
    for (const group of args.groups) {
      const resource = this.placeGroup(group, placed);
      placed.set(group.name, resource);
      this.placeRoles(group, resource);
      this.placeMembers(group, resource);
    }
    this.bitbucketGroups = this.placeBitbucketGroups();

    this.registerOutputs({});
  }

  private placeGroup(group: DesiredGroup, placed: ReadonlyMap<string, keycloak.Group>): keycloak.Group {
    return new keycloak.Group(
      group.name,
      {
        realmId: this.args.realm.id,
        name: group.name,
        parentId: group.parent === undefined ? undefined : placed.get(group.parent)?.id,
        attributes: { owner: group.owner, description: group.description },
      },
      this.args.realm.inside(this),
    );
  }

  /** All of a group's own roles, also if it has none: one that was added by hand is seen. */
  private placeRoles({ name, roles }: DesiredGroup, group: keycloak.Group): void {
    const roleIds = roles.map((role) => roleId(this.args.roleIds, role, this));
    const args = { realmId: this.args.realm.id, groupId: group.id, roleIds, exhaustive: true };
    new keycloak.GroupRoles(name, args, this.args.realm.inside(this));
  }

  private placeMembers({ name, members }: DesiredGroup, group: keycloak.Group): void {
    if (members === undefined) return;
    const args = { realmId: this.args.realm.id, groupId: group.id, members: [...members] };
    // Only on theirs: a state in which each team waits for everybody is twice as long.
    const dependsOn = members.flatMap((member) => this.args.people.accounts.get(member) ?? []);
    new keycloak.GroupMemberships(name, args, { ...this.args.realm.inside(this), dependsOn });
  }

  private placeBitbucketGroups(): bitbucket.Group[] {
    const { workspace, groups } = this.args;
    if (workspace === undefined) return [];
    return groups.map(({ name }) => new bitbucket.Group(name, { workspace, name }, { parent: this }));
  }
}
