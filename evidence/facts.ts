/** What evidence is made of, as it was found: everything that comes from outside, so that the rest is pure. */
import type { Entitlement, Exception, Model, Settings, Subject } from "../access";
import type { Entry } from "../trail/entry";
import type { Finding } from "../engine/guardrails";
import type { Report } from "../engine/rotations/report";
import type { Gathered } from "./part";
import { type DriftReport } from "./reports/drift";
import { type Verified } from "./reports/verify";
import { type Act } from "./reports/membership";

/** Somebody, as the realm has them. */
export interface RealmAccount {
  readonly username: string;
  readonly name?: string;
  readonly email?: string;
  readonly enabled: boolean;
}

/** Who is in which team, by Keycloak. */
export interface Realm {
  readonly accounts: readonly RealmAccount[];
  /** User names by team. */
  readonly teams: ReadonlyMap<string, readonly string[]>;
  /** Teams that could not be read, and why. */
  readonly failures: readonly string[];
}

/** The trail, with what is wrong with it. */
export interface TrailFacts {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

export interface Facts {
  readonly stack: string;
  /** The moment that everything is evaluated at. */
  readonly asOf: Date;
  /** Begin of the period. */
  readonly since: Date;
  readonly model: Model;
  readonly settings: Settings;
  /** Where the model comes from, in words. */
  readonly modelSource: string;
  /** Why that is not what the stack was brought up with. */
  readonly modelDoubt?: string;
  /** Of the model, at `asOf`. */
  readonly entitlements: readonly Entitlement[];
  readonly realm: Gathered<Realm>;
  readonly ages: Gathered<Report>;
  readonly verified: Gathered<Verified>;
  readonly guardrails: Gathered<readonly Finding[]>;
  readonly exceptions: Gathered<readonly Exception[]>;
  readonly drift: Gathered<DriftReport>;
  readonly trail: Gathered<TrailFacts>;
  /** What `sync` logged to a file of its own. */
  readonly log: Gathered<readonly Act[]>;
  /** Lines of docs/limits.md. */
  readonly limits: Gathered<readonly string[]>;
  /** The accounts that the program acts by. */
  readonly accounts: readonly ProgramAccount[];
}

export interface ProgramAccount {
  readonly system: string;
  readonly account: string;
  readonly may: string;
  readonly owners: readonly string[];
  /** Last day of its credential, in words. */
  readonly ends: string;
}

/** Somebody who holds rights: with the subjects by which they hold them. */
export interface Holder {
  readonly who: string;
  readonly kind: Subject["kind"];
  readonly subjects: readonly Subject[];
}
