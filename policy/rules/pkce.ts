/** Without PKCE a code that somebody caught on its way is as good as a session (RFC 7636). */
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";
import { goodClient, oidcClient } from "./clients";

export const pkce: ResourceRule = {
  kind: "resource",
  name: "pkce",
  says: "clients that people sign in with ask for PKCE with S256",
  fix: 'set pkceCodeChallengeMethod to "S256"',
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [oidcClient],
  check: (client) => {
    if (valueOf(client, "standardFlowEnabled") !== true) return [];
    const method = valueOf(client, "pkceCodeChallengeMethod");
    if (method === undefined && !isAbsent(client, "pkceCodeChallengeMethod")) return [];
    return method === "S256" ? [] : [method === undefined || method === "" ? "no PKCE" : "PKCE without S256"];
  },
  examples: {
    bad: [
      { type: oidcClient, inputs: { ...goodClient, pkceCodeChallengeMethod: "plain" } },
      { type: oidcClient, inputs: { ...goodClient, pkceCodeChallengeMethod: "" } },
    ],
    good: [{ type: oidcClient, inputs: goodClient }],
  },
};
