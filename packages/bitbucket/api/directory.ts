/**
 * The people of an organisation's directory, managed or not
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/).
 */
import type { Session } from "./client";
import { Organization, type Role } from "./organization";

const users = "/admin/v2/orgs/{organization}/directories/{directory}/users";

/** Somebody in the directory. */
export interface DirectoryUser {
  /** Atlassian account id. */
  readonly accountId: string;
  readonly email: string | undefined;
  /** In the directory. Example: `active`, `suspended`. */
  readonly membership: string | undefined;
  /** Of the account. Example: `active`, `inactive`. */
  readonly status: string | undefined;
}

export class Directory {
  constructor(
    private readonly session: Session,
    private readonly organization = new Organization(session),
  ) {}

  /** Whoever has this account; undefined for nobody in the directory. */
  async find(accountId: string): Promise<DirectoryUser | undefined> {
    return (await this.search({ accountIds: [accountId] })).find((one) => one.accountId === accountId);
  }

  /** Takes every app from somebody; who is restored gets them back. */
  async suspend(accountId: string): Promise<void> {
    const at = { ...(await this.organization.at()), account: accountId };
    const find = async () => ((await this.find(accountId))?.membership === "suspended" ? true : undefined);
    await this.session.create(`${users}/{account}/suspend`, at, undefined as never, find);
  }

  /** Whoever has one of these addresses, by it in lower case. */
  async withEmails(emails: readonly string[]): Promise<ReadonlyMap<string, DirectoryUser>> {
    const found = emails.length === 0 ? [] : await this.search({ emails });
    return new Map(found.flatMap((one) => (one.email ? [[one.email.toLowerCase(), one] as const] : [])));
  }

  /** Invites somebody to use an app, in none of the groups. Whoever was invited is not invited again. */
  async invite(
    email: string,
    { resourceId, roleId }: Role,
    isInvited: () => Promise<boolean>,
  ): Promise<void> {
    const { organization } = await this.organization.at();
    const body = {
      emails: [email],
      permissionRules: [{ resource: resourceId, role: roleId }],
      sendNotification: true,
    };
    const find = async () => (await isInvited()) || undefined;
    await this.session.create("/admin/v2/orgs/{organization}/users/invite", { organization }, body, find);
  }

  private async search(
    asked: Readonly<Partial<Record<"accountIds" | "emails", readonly string[]>>>,
  ): Promise<DirectoryUser[]> {
    const found = await this.session.search(`${users}/search`, await this.organization.at(), asked);
    return found.flatMap(({ accountId, email, membershipStatus: membership, accountStatus: status }) =>
      accountId === undefined ? [] : [{ accountId, email, membership, status }],
    );
  }
}
