/**
 * People of a team whom the workspace does not know. Whoever is named is invited to use Bitbucket, and to no group: once they
 * have accepted, `sync` knows them by their address and puts them where they belong, as anybody else. Until then nothing is
 * wrong.
 */
import { variable } from "../../access/environment";
import { Administered } from "@pulumi/bitbucket/api/administered";
import type { Session } from "@pulumi/bitbucket/api/client";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { Directory, type DirectoryUser } from "@pulumi/bitbucket/api/directory";
import { Organization } from "@pulumi/bitbucket/api/organization";
import type { RealmPerson } from "./membership";

/** So many are invited by one run: each may cost a seat, and cannot be taken back from an inbox. */
export const mostInvitations = 20;

export interface Invitations {
  /** User names of those to be invited, or who were. */
  readonly invite: readonly string[];
  /** Of those who have been, and have not accepted yet. */
  readonly waiting: readonly string[];
  /** What somebody has to do by hand, a line each. */
  readonly byHand: readonly string[];
}

interface Found {
  readonly person: RealmPerson;
  readonly user: DirectoryUser | undefined;
  readonly isLetIn: boolean;
}

export class Inviter {
  private readonly administered: Administered;
  private readonly directory: Directory;

  constructor(
    private readonly session: Session,
    private readonly workspace: string,
  ) {
    const organization = new Organization(session);
    this.administered = new Administered(session, workspace, organization);
    this.directory = new Directory(session, organization);
  }

  /**
   * Only reads.
   *
   * @param unknown people of teams, enabled, with a verified address that no member of the workspace has
   * @param asked user names of those who are to be invited
   * @throws Error if these are too many
   */
  async plan(unknown: readonly RealmPerson[], asked: readonly string[]): Promise<Invitations> {
    if (asked.length > mostInvitations)
      throw new Error(
        `found ${asked.length} people to invite; at most ${mostInvitations} go at once: name fewer, and run it again for the others`,
      );
    const named = unknown.filter(({ username }) => asked.includes(username));
    if (unknown.length === 0) return { invite: [], waiting: [], byHand: [] };
    const byPage = (...why: string[]) => ({
      ...{ invite: [], waiting: [] },
      byHand: [...named.map((person) => this.pageText(person)), ...(named.length > 0 ? why : [])],
    });
    try {
      if (!this.session.hasOrganization() || !(await this.administered.isTrue())) return byPage();
      return this.planned(await this.look(unknown), asked);
    } catch (error) {
      // Whoever is a member moves and leaves all the same: it takes the organisation to invite somebody, and no more.
      if (error instanceof BitbucketError) return byPage(error.message);
      throw error;
    }
  }

  private planned(found: readonly Found[], asked: readonly string[]): Invitations {
    const isSuspended = ({ user }: Found) =>
      user !== undefined && (user.membership === "suspended" || user.status === "inactive");
    const isAsked = ({ person }: Found) => asked.includes(person.username);
    const open = found.filter((one) => !isSuspended(one));
    return {
      invite: open.filter((one) => isAsked(one) && !one.isLetIn).map(({ person }) => person.username),
      waiting: open.filter(({ isLetIn }) => isLetIn).map(({ person }) => person.username),
      byHand: found
        .filter((one) => isAsked(one) && isSuspended(one))
        .map(({ person }) => suspendedText(person)),
    };
  }

  /** Somebody who fails does not stop the others. @returns user names of those who are invited, and a line for each other */
  async carryOut(
    people: readonly RealmPerson[],
  ): Promise<{ readonly invited: readonly string[]; readonly failures: readonly string[] }> {
    const [invited, failures]: [string[], string[]] = [[], []];
    if (people.length === 0) return { invited, failures };
    const role = await this.administered.userRole();
    for (const person of people) {
      const { username, email = "" } = person;
      try {
        if (role === undefined)
          throw new Error("no group of the workspace shows by which role people use it");
        const isInvited = async () => (await this.look([person]))[0]?.isLetIn === true;
        await this.directory.invite(email, role, isInvited);
        invited.push(username);
      } catch (error) {
        failures.push(
          `${username} is not invited: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    return { invited, failures };
  }

  private async look(people: readonly RealmPerson[]): Promise<Found[]> {
    const users = await this.directory.withEmails(people.map(({ email = "" }) => email));
    return Promise.all(
      people.map(async (person) => {
        const user = users.get(person.email?.toLowerCase() ?? "");
        return {
          person,
          user,
          isLetIn: user !== undefined && (await this.administered.isLetIn(user.accountId)),
        };
      }),
    );
  }

  private pageText({ username, email = "" }: RealmPerson): string {
    return `invite ${username} (${email}) at https://bitbucket.org/${this.workspace}/workspace/settings/user-directory; where the workspace is administered at admin.atlassian.com, ${variable.organizationId} and ${variable.organizationApiKey} have it done here`;
  }
}

function suspendedText({ username, email = "" }: RealmPerson): string {
  return `${username} (${email}) is suspended or disabled in the organisation: see whether they are meant to come back, and restore them at https://admin.atlassian.com (Directory, Users)`;
}
