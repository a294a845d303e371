/**
 * An OpenID Connect configuration of Data Center, as Atlassian's examples show it
 * (https://support.atlassian.com/jira/kb/how-to-obtain-authentication-methods-via-a-database-sql-query-or-rest-api-in-jira-datacenter).
 * The secret goes in and never comes out.
 */
import { z } from "zod";

const text = z.string();
const address = z.url();

const fields = {
  name: text.min(1),
  enabled: z.boolean(),
  "issuer-url": address,
  "client-id": text.min(1),
  "client-secret": text.min(1),
  "username-claim": text.min(1),
  "button-text": text,
  "additional-scopes": z.array(text),
  "authorization-endpoint": address,
  "token-endpoint": address,
  "userinfo-endpoint": address,
  "include-customer-logins": z.boolean(),
  "enable-remember-me": z.boolean(),
  "jit-configuration": z.strictObject({
    "user-provisioning-enabled": z.boolean(),
    "mapping-display-name": text,
    "mapping-email": text,
    "mapping-groups": text,
    "additional-openid-scopes": z.array(text),
  }),
};

/** A change by REST: what is left out stays as it was, and what is not known is refused. */
export const change = z.strictObject({ ...fields, "sso-type": z.literal("OIDC") }).partial();

export type Given = Pick<z.output<typeof change>, "username-claim" | "enabled"> &
  Required<Pick<z.output<typeof change>, "name" | "issuer-url" | "client-id" | "client-secret">>;

export interface Configuration extends Given {
  readonly id: number;
  readonly "last-updated": string;
}

let latest = 0;

/** Of two changes, the second is always the later. */
function now(): string {
  latest = Math.max(latest + 1, Date.now());
  return new Date(latest).toISOString();
}

/** A configuration with what Data Center adds to it: an id, a moment, and defaults where nothing was given. */
export function asKept(id: number, given: Given): Configuration {
  return { "username-claim": "${preferred_username}", enabled: true, ...given, id, "last-updated": now() };
}

/** As the REST shows it. */
export function shown(configuration: Configuration): object {
  const all = Object.entries({ ...configuration, "sso-type": "OIDC" });
  return Object.fromEntries(all.filter(([name]) => name !== "client-secret"));
}
