/** A realm that goes takes every account, session and key along. */
import { isProduction } from "../production";
import type { ResourceRule } from "../rule";
import { goodRealm, realmType } from "./realms";

export const realmProtected: ResourceRule = {
  kind: "resource",
  name: "realm-protected",
  says: "the realm of a production environment refuses to be destroyed",
  fix: 'set "protect" to true in the stack file',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  types: [realmType],
  check: ({ protect }, context) =>
    isProduction(context) && !protect ? ["a production realm that one command can destroy"] : [],
  examples: {
    bad: [{ type: realmType, inputs: goodRealm, protect: false }],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
