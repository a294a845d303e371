/** Accounts as answers show them, wherever one is named: as a member, as who holds something, in a restriction. */
import type { FoundAccount } from "../../access/adopt/found";

export class SeenAccounts {
  private readonly known = new Map<string, FoundAccount>();

  /** Whatever in an answer is an account. */
  see(answer: unknown): void {
    if (typeof answer !== "object" || answer === null) return;
    if (Array.isArray(answer)) for (const entry of answer) this.see(entry);
    else {
      const {
        uuid,
        display_name: name,
        nickname,
        account_id: accountId,
        email,
        type,
      } = answer as Record<string, unknown>;
      if (typeof uuid === "string" && (typeof name === "string" || type === "user"))
        this.note({
          uuid,
          ...(typeof name === "string" && { name }),
          ...(typeof nickname === "string" && { nickname }),
          ...(typeof accountId === "string" && { accountId }),
          ...(typeof email === "string" && { email }),
          ...(type === "app_user" && { isBot: true }),
        });
      for (const value of Object.values(answer)) this.see(value);
    }
  }

  note(account: Partial<FoundAccount> & Pick<FoundAccount, "uuid">): void {
    this.known.set(account.uuid, { name: "", ...this.known.get(account.uuid), ...account });
  }

  /** Sorted by UUID. */
  all(): FoundAccount[] {
    return [...this.known.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  }
}
