/**
 * The groups of an organisation, by the Organizations API. People go by their Atlassian account id there, what is
 * made is not in the answer, and what was written can be seen up to 30 seconds later
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/).
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "./client";
import { BitbucketError } from "./explain";
import type { RoleAssignment } from "./organization-contract";
import { organizationPatience, settled } from "./retry";

const directories = "/admin/v2/orgs/{organization}/directories";
const directory = `${directories}/{directory}` as const;
const groups = `${directory}/groups` as const;
const memberships = `${groups}/{group}/memberships` as const;
const roles = `${groups}/{group}/role-assignments` as const;

/** Where groups lie. */
interface Place {
  readonly organization: string;
  readonly directory: string;
}

export interface OrganizationGroup {
  readonly id: string;
  readonly name: string;
  /** From an identity provider (SCIM): nobody else changes its members. */
  readonly externalSynced: boolean;
}

/** An app, and what its members are there. Example: `ari:cloud:bitbucket::workspace/…`, `atlassian/user`. */
export interface Role {
  readonly resourceId: string;
  readonly roleId: string;
}

/** Names that one search asks for. */
const atOnce = 20;

export class Organization {
  private place: Promise<Place> | undefined;

  constructor(private readonly session: Session) {}

  /** The group of exactly this name, else the one that differs from it in capitals alone. */
  async find(name: string): Promise<OrganizationGroup | undefined> {
    return (await this.findAll([name])).get(name);
  }

  /** The same of several, by the names that were given. */
  async findAll(names: readonly string[]): Promise<ReadonlyMap<string, OrganizationGroup>> {
    const at = await this.at();
    const found: OrganizationGroup[] = [];
    for (let from = 0; from < names.length; from += atOnce) {
      const groupNames = names.slice(from, from + atOnce);
      for (const one of await this.session.search(`${groups}/search`, at, { groupNames })) {
        const id = one.id ?? one.groupId;
        if (id === undefined || one.name === undefined) continue;
        found.push({ id, name: one.name, externalSynced: one.externalSynced ?? false });
      }
    }
    const isLike = (name: string) => (group: OrganizationGroup) =>
      group.name.toLowerCase() === name.toLowerCase();
    return new Map(
      names.flatMap((name) => {
        const group = found.find((one) => one.name === name) ?? found.find(isLike(name));
        return group === undefined ? [] : [[name, group] as const];
      }),
    );
  }

  /** @returns the group, and whether it was there before */
  async create(name: string): Promise<{ group: OrganizationGroup; wasThere: boolean }> {
    const at = await this.at();
    const find = () => this.find(name);
    const there = await find();
    if (there !== undefined) return { group: there, wasThere: true };
    // Its name is free or it is not: whoever made it meanwhile, it is found in a moment.
    await this.session.create(groups, at, { name }, find).catch(unlessThere);
    const group = await settled(find, this.session.signal, organizationPatience);
    if (group !== undefined) return { group, wasThere: false };
    throw new Problem(
      `group ${name} was made in organisation ${at.organization}, which does not find it; run it again in a minute`,
    );
  }

  /** @param isMember whether the account is in the group, looked up where an answer was lost */
  async add(group: string, accountId: string, isMember: () => Promise<boolean>): Promise<void> {
    const at = { ...(await this.at()), group };
    const find = async () => (await isMember()) || undefined;
    try {
      await this.session.create(memberships, at, { accountId }, find);
    } catch (thrown) {
      unlessThere(thrown);
      if ((await settled(find, this.session.signal, organizationPatience)) === undefined) throw thrown;
    }
  }

  async remove(group: string, accountId: string): Promise<void> {
    await this.session.delete(`${memberships}/{account}`, {
      ...(await this.at()),
      group,
      account: accountId,
    });
  }

  /** Whether nobody is in a group. */
  async isEmpty(group: string): Promise<boolean> {
    const found = await this.session.search(`${directory}/users/search`, await this.at(), {
      groupIds: [group],
    });
    return found.length === 0;
  }

  /** What a group has of Bitbucket: the roles of its members in one workspace. @param uuid of the workspace, with braces */
  async rolesOf(group: string, uuid: string): Promise<Role[]> {
    return rolesIn(await this.session.list(roles, { ...(await this.at()), group }), uuid);
  }

  /** The same of one person, by whatever group. */
  async rolesOfUser(account: string, uuid: string): Promise<Role[]> {
    const path = `${directory}/users/{account}/role-assignments` as const;
    return rolesIn(await this.session.list(path, { ...(await this.at()), account }), uuid);
  }

  /** Gives a group an app. @param has whether it has it, looked up where an answer was lost */
  async give(group: string, role: Role, has: () => Promise<boolean>): Promise<void> {
    const at = { ...(await this.at()), group };
    await this.session.create(`${roles}/assign`, at, role, async () => (await has()) || undefined);
  }

  /** Where its groups and people lie. */
  at(): Promise<Place> {
    return (this.place ??= this.locate());
  }

  /** The directory that the environment names, or the only one. */
  private async locate(): Promise<Place> {
    const { id: organization, directory: named } = this.session.organization();
    if (named !== undefined) return { organization, directory: named };
    const all = (await this.session.list(directories, { organization })).flatMap(
      ({ directoryId }) => directoryId ?? [],
    );
    const [directory, ...others] = all;
    if (directory !== undefined && others.length === 0) return { organization, directory };
    throw new Problem(
      `organisation ${organization} has ${all.length} directories${all.length > 0 ? ` (${all.join(", ")})` : ""}; set BITBUCKET_ORGANIZATION_DIRECTORY to the id of the one that the workspace's groups lie in`,
    );
  }
}

/** @throws anything but that it is there already */
function unlessThere(thrown: unknown): void {
  if (!(thrown instanceof BitbucketError && thrown.status === 409)) throw thrown;
}

function rolesIn(found: readonly RoleAssignment[], uuid: string): Role[] {
  return found.flatMap(({ resourceId = "", resourceOwner, roleId, roles = roleId ? [roleId] : [] }) => {
    const [, workspace] = /^ari:cloud:bitbucket:.*workspace\/(.+)$/.exec(resourceId) ?? [];
    const isOurs =
      workspace === undefined ? resourceOwner === "bitbucket" : workspace === uuid.replace(/[{}]/g, "");
    return isOurs ? roles.map((role) => ({ resourceId, roleId: role })) : [];
  });
}
