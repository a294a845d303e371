/** What a run brings along for its components, apart from what anybody wishes for: one object for all of them. */
import type { RealmNow } from "./realmKept";
import type { LastState } from "./rotation/lastState";

/** What hooks may ask of the realm's admin API; paths are below the realm. */
export interface Administration {
  get<T>(path: string, query?: Record<string, string>): Promise<T | undefined>;
  put(path: string, body: unknown): Promise<void>;
  post(path: string, body?: unknown): Promise<unknown>;
  delete(path: string): Promise<void>;
}

/** What can be switched off in a realm; the realm itself by its own name. */
export type Switched = "realm" | "client" | "identity provider";

/** The same for every component of a run. Providers are not in it: they come by resource options, as in any program. */
export interface Context {
  /** The moment that everything is evaluated at. */
  readonly asOf: Date;
  /** What the stack's state has of the last run. */
  readonly lastState: LastState;
  /** The administration of the realm; signs in when it is first asked. */
  readonly administration: () => Administration;
  /** Whether Keycloak has something that is switched off now. Example: `switchedOff("client", "agent.bot")`. */
  readonly switchedOff: (kind: Switched, name: string) => Promise<boolean>;
  /** Whether what is there already, and differs, is taken over: somebody was shown it, entry by entry. */
  readonly takesOver: boolean;
  /** What to do where it is not, for the error. Default: the command that shows it first. */
  readonly adoptBy?: string;
  /** The realm as it is now; undefined where there is none yet, or where a preview may not see it. */
  readonly realmNow: () => Promise<RealmNow | undefined>;
  /** By which the realm signs in to its mail server; secret. Default: as the last run wrote it. */
  readonly mailPassword?: string;
  /** Number of the SAML key that the person behind this run wants to sign. Default: nobody attends the run. */
  readonly attendedSamlKey?: number;
}
