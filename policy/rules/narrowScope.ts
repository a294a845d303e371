/** With full scope, a token carries every role of its holder to every service that is shown it. */
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { goodClient, oidcClient } from "./clients";

export const narrowScope: ResourceRule = {
  kind: "resource",
  name: "narrow-scope",
  says: "tokens carry the roles that their client is for, and no other",
  fix: "set fullScopeAllowed to false",
  controls: ["SOC 2 CC6.3", "ISO 27001 A.8.2"],
  level: "mandatory",
  types: [oidcClient],
  check: (client) =>
    valueOf(client, "fullScopeAllowed") === true || isAbsent(client, "fullScopeAllowed")
      ? ["full scope"]
      : [],
  examples: {
    bad: [{ type: oidcClient, inputs: { ...goodClient, fullScopeAllowed: true } }],
    good: [{ type: oidcClient, inputs: goodClient }],
  },
};
