/** What Keycloak's admin API answers with, and what is found of it. */
import type { Finding } from "../../evidence/reports/drift";

export interface Thing {
  readonly id?: string;
  readonly name?: string;
  readonly username?: string;
  readonly clientId?: string;
  readonly alias?: string;
  readonly path?: string;
  readonly providerId?: string;
}

export interface Seen extends Finding {
  /** What Keycloak's admin events call it by. */
  readonly id: string;
}

export const system = "keycloak" as const;
