/** An agent must never be able to lift the gates that stand before it: no grant may make it an administrator. */
import { administeringAgents, Tree } from "../../access";
import type { ModelRule } from "../rule";

export const agentGrants: ModelRule = {
  kind: "model",
  name: "agent-grants",
  says: "no grant makes an agent an administrator",
  fix: "let a team administer, or deploy there",
  controls: ["SOC 2 CC6.3", "ISO 27001 A.8.2"],
  level: "mandatory",
  access: true,
  check: (model) =>
    administeringAgents({ model, tree: new Tree(model) }).map(({ at, found }) => {
      const subject = model.grants[Number(at[1])]?.subject;
      return { on: `agent ${subject?.name ?? ""}`, found };
    }),
  examples: {
    bad: [
      ["grants:\n", "grants:\n  - { agent: release-bot, can: [administer], on: SHOP/shop-web, reason: R }\n"],
    ],
  },
};
