/**
 * Whose address it is. Bitbucket shows an administrator the addresses that they ask for, 90 at a time
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/): whoever asks for many at once shares
 * requests, so that to match a whole company takes a few dozen.
 */
import type { Session } from "@pulumi/bitbucket/api/client";

const atOnce = 90;
/** What the filter language can hold between two quotes, and be an address. One of another form would spoil all 90. */
const askable = /^[^"\\\s@]+@[^"\\\s@]+$/;

type Answer = (account: string | undefined) => void;

interface Waiting {
  readonly email: string;
  readonly answer: Answer;
  readonly fail: (error: unknown) => void;
}

export class Addresses {
  private waiting: Waiting[] = [];

  constructor(
    private readonly session: Session,
    private readonly workspace: string,
  ) {}

  /** UUID of the one member with an address, in any case; undefined for none, or for several. */
  accountOf(email: string): Promise<string | undefined> {
    if (!askable.test(email)) return Promise.resolve(undefined);
    return new Promise((answer, fail) => {
      if (this.waiting.length === 0) setImmediate(() => void this.ask());
      this.waiting.push({ email, answer, fail });
    });
  }

  private async ask(): Promise<void> {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += atOnce) {
      const some = all.slice(from, from + atOnce);
      try {
        const found = await this.membersWith(some.map(({ email }) => email));
        for (const { email, answer } of some) {
          const accounts = found.get(email.toLowerCase()) ?? [];
          answer(accounts.length === 1 ? accounts[0] : undefined);
        }
      } catch (error) {
        for (const { fail } of some) fail(error);
      }
    }
  }

  private async membersWith(emails: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
    const { session, workspace } = this;
    const unique = [...new Set(emails)].map((email) => JSON.stringify(email));
    const query = { q: `user.email IN (${unique.join(",")})`, fields: "+values.user.email" };
    const found = new Map<string, string[]>();
    for (const { user } of await session.list("/workspaces/{workspace}/members", { workspace }, query)) {
      const { uuid, email } = user as { readonly uuid?: string; readonly email?: string };
      // One address was asked for: then it is theirs, whether it is shown or not.
      const whose = (email ?? (unique.length === 1 ? emails[0] : undefined))?.toLowerCase();
      if (uuid === undefined || whose === undefined) continue;
      found.set(whose, [...(found.get(whose) ?? []), uuid]);
    }
    return found;
  }
}
