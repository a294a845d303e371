/** Guessing has to become slow before it succeeds. */
import type { ResourceRule } from "../rule";
import { isAbsent, member, valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

const most = 10;

export const bruteForceDefence: ResourceRule = {
  kind: "resource",
  name: "brute-force-defence",
  says: "an account is locked for a while after ten wrong passwords at most",
  fix: "set securityDefenses.bruteForceDetection, with maxLoginFailures up to 10",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [realmType],
  check: (realm) => {
    if (isAbsent(realm, "securityDefenses")) return ["no defence against guessing"];
    const defences = valueOf(realm, "securityDefenses");
    if (defences === undefined) return [];
    const detection = member(defences, "bruteForceDetection");
    if (detection === undefined) return ["no defence against guessing"];
    // Keycloak's own default is 30.
    const failures = member(detection, "maxLoginFailures") ?? 30;
    return typeof failures === "number" && failures > most
      ? [`${failures} wrong passwords before anything happens`]
      : [];
  },
  examples: {
    bad: [
      { type: realmType, inputs: { ...goodRealm, securityDefenses: undefined } },
      {
        type: realmType,
        inputs: { ...goodRealm, securityDefenses: { bruteForceDetection: { maxLoginFailures: 100 } } },
      },
    ],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
