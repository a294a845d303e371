/** The implicit grant shows tokens to the address bar; the password grant shows passwords to the client. */
import type { ResourceRule } from "../rule";
import { valueOf } from "../values";
import { goodClient, oidcClient } from "./clients";

export const codeFlowOnly: ResourceRule = {
  kind: "resource",
  name: "code-flow-only",
  says: "no client takes the implicit or the password grant",
  fix: "set implicitFlowEnabled and directAccessGrantsEnabled to false",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [oidcClient],
  check: (client) => [
    ...(valueOf(client, "implicitFlowEnabled") === true ? ["the implicit grant"] : []),
    ...(valueOf(client, "directAccessGrantsEnabled") === true ? ["the password grant"] : []),
  ],
  examples: {
    bad: [
      { type: oidcClient, inputs: { ...goodClient, implicitFlowEnabled: true } },
      { type: oidcClient, inputs: { ...goodClient, directAccessGrantsEnabled: true } },
    ],
    good: [{ type: oidcClient, inputs: goodClient }],
  },
};
