/**
 * People by their ids. A refresh asks for each of thousands, several at a time: those who are asked for at the same time share
 * a request. Keycloak takes several ids in a search (`search=id:… …`, seen on 26.7.3).
 */
import type { KeycloakAdmin, KeycloakUser } from "./keycloak";

/** So long others are waited for, in milliseconds: what the engine asks side by side comes within a few. */
const patience = 5;
/** An address that is too long is refused. */
const atOnce = 50;

interface Waiting {
  readonly keycloak: KeycloakAdmin;
  readonly id: string;
  readonly answer: (user: KeycloakUser | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** Of one realm. */
export class Together {
  private waiting: Waiting[] = [];

  /** @returns undefined where there is no such account */
  user(keycloak: KeycloakAdmin, id: string): Promise<KeycloakUser | undefined> {
    return new Promise((answer, fail) => {
      if (this.waiting.length === 0) setTimeout(() => void this.ask(), patience);
      this.waiting.push({ keycloak, id, answer, fail });
    });
  }

  private async ask(): Promise<void> {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += atOnce) await answered(all.slice(from, from + atOnce));
  }
}

/** Whom the search leaves out is asked for alone: only that says that somebody is gone. */
async function answered(some: readonly Waiting[]): Promise<void> {
  try {
    const found = await search(some);
    const alone = async ({ keycloak, id, answer }: Waiting) => {
      answer(found.get(id) ?? (await keycloak.get<KeycloakUser>(`users/${encodeURIComponent(id)}`)));
    };
    await Promise.all(some.map((one) => alone(one).catch(one.fail)));
  } catch (error) {
    for (const { fail } of some) fail(error);
  }
}

async function search(some: readonly Waiting[]): Promise<ReadonlyMap<string, KeycloakUser>> {
  const [first, ...others] = some;
  if (first === undefined || others.length === 0) return new Map();
  const query = { search: `id:${some.map(({ id }) => id).join(" ")}`, briefRepresentation: "true" };
  const found = await first.keycloak.get<KeycloakUser[]>("users", query);
  return new Map((found ?? []).map((user) => [user.id, user]));
}
