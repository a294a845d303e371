/** How long a stolen token or session is worth something. */
import type { ResourceRule } from "../rule";
import { secondsIn, valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

/** The longest that each may be, in seconds. */
const bounds: Readonly<Record<string, number>> = {
  accessTokenLifespan: 15 * 60,
  ssoSessionIdleTimeout: 4 * 3600,
  ssoSessionMaxLifespan: 24 * 3600,
};

export const lifetimes: ResourceRule = {
  kind: "resource",
  name: "lifetimes",
  says: "access tokens live 15 minutes at most, sessions 4 hours unused and 24 hours in all",
  fix: 'shorten it under "lifetimes" in the stack file',
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [realmType],
  check: (realm) =>
    Object.entries(bounds).flatMap(([key, most]) => {
      const value = valueOf(realm, key);
      const seconds = secondsIn(value);
      return seconds !== undefined && seconds > most
        ? [`${key} of ${String(value)}, more than ${most / 60} minutes`]
        : [];
    }),
  examples: {
    bad: [
      { type: realmType, inputs: { ...goodRealm, accessTokenLifespan: "1h0m0s" } },
      { type: realmType, inputs: { ...goodRealm, ssoSessionMaxLifespan: "720h0m0s" } },
    ],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
