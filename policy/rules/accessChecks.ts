/** Rules that are checks of `access.yaml`: the same find, by the same name, with the control that it serves. */
import { agentGrants, personGrants, separationOfDuties, Tree, twoOwners, type Check } from "../../access";
import type { ModelRule } from "../rule";

type Served = Pick<ModelRule, "controls" | "fix" | "examples">;

function ruleOf({ name, says, find }: Check, served: Served): ModelRule {
  return {
    kind: "model",
    name,
    says,
    level: "mandatory",
    access: true,
    check: (model, context) =>
      find({ ...context, model, tree: new Tree(model) }).map(({ at, found, about, brief }) => ({
        on: about ?? String(at[0]),
        found: brief ?? found,
      })),
    ...served,
  };
}

export const accessChecks: readonly ModelRule[] = [
  ruleOf(twoOwners, {
    fix: 'add another under "owners" in access.yaml',
    controls: ["SOC 2 CC6.2", "ISO 27001 A.5.15"],
    examples: { bad: [["owners: [ana, ben]", "owners: [ana]"]] },
  }),
  ruleOf(personGrants, {
    fix: 'add "reason" and "until", or grant it to a team',
    controls: ["SOC 2 CC6.3", "ISO 27001 A.5.18"],
    examples: { bad: [["grants:\n", "grants:\n  - { person: ivo, can: [read], on: SHOP }\n"]] },
  }),
  ruleOf(agentGrants, {
    fix: "let a team administer, or deploy there",
    controls: ["SOC 2 CC6.3", "ISO 27001 A.8.2"],
    examples: {
      bad: [
        [
          "grants:\n",
          "grants:\n  - { agent: release-bot, can: [administer], on: SHOP/shop-web, reason: R }\n",
        ],
      ],
    },
  }),
  ruleOf(separationOfDuties, {
    fix: "take one of both away, or keep what is deployed in a repository of its own",
    controls: ["SOC 2 CC6.3", "ISO 27001 A.5.3"],
    examples: {
      bad: [["grants:\n", "separation:\n  - never together: [merge, deploy:prod]\n\ngrants:\n"]],
    },
  }),
];
