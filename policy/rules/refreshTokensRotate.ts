/** A refresh token that was stolen and used shows itself when its owner uses it too: only where each counts once. */
import type { ResourceRule } from "../rule";
import { valueOf } from "../values";
import { goodRealm, realmType } from "./realms";

export const refreshTokensRotate: ResourceRule = {
  kind: "resource",
  name: "refresh-tokens-rotate",
  says: "a refresh token counts once",
  fix: "set revokeRefreshToken to true and refreshTokenMaxReuse to 0",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.17"],
  level: "mandatory",
  types: [realmType],
  check: (realm) => {
    if (valueOf(realm, "revokeRefreshToken") !== true)
      return ["refresh tokens that can be used again and again"];
    const reuse = valueOf(realm, "refreshTokenMaxReuse");
    return typeof reuse === "number" && reuse > 0
      ? [`refresh tokens that can be used ${reuse + 1} times`]
      : [];
  },
  examples: {
    bad: [
      { type: realmType, inputs: { ...goodRealm, revokeRefreshToken: false } },
      { type: realmType, inputs: { ...goodRealm, refreshTokenMaxReuse: 3 } },
    ],
    good: [{ type: realmType, inputs: goodRealm }],
  },
};
