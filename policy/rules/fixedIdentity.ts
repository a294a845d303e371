/** Accounts of both systems are matched by e-mail address: whoever can choose theirs can choose whose rights they get. */
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

export const fixedIdentity: ResourceRule = {
  kind: "resource",
  name: "fixed-identity",
  says: "nobody registers themselves, addresses are verified and unique, and passwords travel by TLS",
  fix: "set registrationAllowed and duplicateEmailsAllowed to false, verifyEmail to true, and sslRequired to external or all",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.16"],
  level: "mandatory",
  types: [realmType],
  check: (realm) => {
    const isOn = (key: string) => valueOf(realm, key) === true;
    return [
      ...(isOn("registrationAllowed") ? ["registration open to everybody"] : []),
      ...(isOn("duplicateEmailsAllowed") ? ["e-mail addresses that two can have"] : []),
      ...(valueOf(realm, "verifyEmail") === false || isAbsent(realm, "verifyEmail")
        ? ["e-mail addresses unverified"]
        : []),
      ...(valueOf(realm, "sslRequired") === "none" ? ["sign-in without TLS"] : []),
    ];
  },
  examples: {
    bad: [
      { type: realmType, inputs: { ...goodRealm, registrationAllowed: true } },
      { type: realmType, inputs: { ...goodRealm, verifyEmail: false } },
      { type: realmType, inputs: { ...goodRealm, sslRequired: "none" } },
    ],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
