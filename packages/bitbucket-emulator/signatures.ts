/** Who wrote a commit and who made it, as Git writes that: a name, an address, a moment. Nothing of it is proved. */
import type { Signatures } from "./code";
import type { Account, State } from "./entities";

/** Both by one person. @param who as `Ana <ana@acme.example>` */
export function signed(who: string, date: string): Signatures {
  const line = `${who} ${Math.floor(Date.parse(date) / 1000)} +0000`;
  return { author: line, committer: line };
}

/** An account as the author of what it does without Git. */
export function whoOf({ name, email }: Pick<Account, "name" | "email">): string {
  const plain = (text: string): string => text.replace(/[<>\n]/g, "");
  return `${plain(name)} <${plain(email)}>`;
}

/** A signature without its moment. */
export function rawOf(signature: string): string {
  return signature.replace(/ \d+ [+-]\d{4}$/, "");
}

/** The moment of a signature, ISO 8601. */
export function dateOf(signature: string): string {
  return new Date(Number(/ (\d+) [+-]\d{4}$/.exec(signature)?.[1] ?? 0) * 1000).toISOString();
}

/** The account that has the address of an author. */
export function accountOf(state: State, raw: string): Account | undefined {
  const email = /<([^<>]*)>$/.exec(raw)?.[1]?.toLowerCase();
  return state.accounts.find((each) => each.email.toLowerCase() === email);
}
