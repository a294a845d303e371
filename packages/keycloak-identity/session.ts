/** What each call of the engine is handed. */
import type { KeycloakAdmin, KeycloakUser } from "./client/keycloak";

export interface Session {
  /** The admin API of a realm, bound to the call. */
  realm(name: string): KeycloakAdmin;
  /** An account by its id, asked for together with others; undefined where there is none. */
  user(realm: string, userId: string): Promise<KeycloakUser | undefined>;
  /** Does something to an account after everything else that this plugin does to it. */
  account<T>(realm: string, userId: string, act: () => Promise<T>): Promise<T>;
  /** Tells whoever watches the run. */
  say(text: string): void;
}

/** Acts one after the other, those of each key. */
export class Queues {
  private readonly last = new Map<string, Promise<unknown>>();

  add<T>(key: string, act: () => Promise<T>): Promise<T> {
    const next = (this.last.get(key) ?? Promise.resolve()).then(act, act);
    this.last.set(key, next);
    return next;
  }
}

/** An id as a part of a path. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}
