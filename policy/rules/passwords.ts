/** NIST SP 800-63B: length is what counts. */
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

const least = 12;

export const passwords: ResourceRule = {
  kind: "resource",
  name: "long-passwords",
  says: "a password has twelve characters at least",
  fix: "let passwordPolicy begin with length(12)",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [realmType],
  check: (realm) => {
    const policy = valueOf(realm, "passwordPolicy");
    if (policy === undefined && !isAbsent(realm, "passwordPolicy")) return [];
    const length = Number(/\blength\((\d+)\)/.exec(typeof policy === "string" ? policy : "")?.[1] ?? 0);
    return length >= least ? [] : [`passwords of ${length || "any number of"} characters`];
  },
  examples: {
    bad: [{ type: realmType, inputs: { ...goodRealm, passwordPolicy: "length(8)" } }],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
