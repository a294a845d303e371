/**
 * The people of an organisation's directory, managed or not
 * (https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/).
 */
import type { Session } from "./client";
import { Organization } from "./organization";

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

  private async search(
    asked: Readonly<Partial<Record<"accountIds" | "emails", readonly string[]>>>,
  ): Promise<DirectoryUser[]> {
    const found = await this.session.search(`${users}/search`, await this.organization.at(), asked);
    return found.flatMap(({ accountId, email, membershipStatus: membership, accountStatus: status }) =>
      accountId === undefined ? [] : [{ accountId, email, membership, status }],
    );
  }
}
