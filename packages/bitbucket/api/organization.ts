/**
 * The groups of an organisation, by the Organizations API. People go by their Atlassian account id there, what is
 * made is not in the answer, and a search by name finds whatever contains it
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-groups/).
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import type { Session } from "./client";

const directories = "/admin/v2/orgs/{organization}/directories";
const groups = `${directories}/{directory}/groups` as const;
const memberships = `${groups}/{group}/memberships` as const;
const membership = `${memberships}/{account}` as const;

/** Where groups lie. */
interface Place {
  readonly organization: string;
  readonly directory: string;
}

export class Organization {
  private place: Promise<Place> | undefined;

  constructor(private readonly session: Session) {}

  /** Id of the group of exactly this name. */
  async find(name: string): Promise<string | undefined> {
    const found = await this.session.list(groups, await this.at(), { searchTerm: name });
    const group = found.find((one) => one.name === name);
    return group?.id ?? group?.groupId;
  }

  /** @returns whether there was none before */
  async create(name: string): Promise<boolean> {
    const at = await this.at();
    if ((await this.find(name)) !== undefined) return false;
    await this.session.create(groups, at, { name }, () => this.find(name));
    return true;
  }

  /** @param isMember whether the account is in the group, looked up where an answer was lost */
  async add(group: string, accountId: string, isMember: () => Promise<boolean>): Promise<void> {
    const at = { ...(await this.at()), group };
    await this.session.create(memberships, at, { accountId }, async () => (await isMember()) || undefined);
  }

  async remove(group: string, accountId: string): Promise<void> {
    await this.session.delete(membership, { ...(await this.at()), group, account: accountId });
  }

  private at(): Promise<Place> {
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
