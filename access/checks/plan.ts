/**
 * What the workspace's plan does not have: Bitbucket answers 402 to some of it and ignores the rest without a word
 * (https://support.atlassian.com/bitbucket-cloud/docs/use-premium-features/).
 */
import { rulesOf } from "../mergeRules";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

export const restrictedWithoutPremium: Check = ({ model, settings }) => {
  if (settings === undefined || settings.bitbucket.plan === "premium") return [];
  return model.environments.flatMap(({ name, restricted }, index): Finding[] =>
    restricted && model.repositories.some(({ deploys }) => deploys.includes(name))
      ? [
          {
            at: ["environments", index, "restricted"],
            found: `a restricted environment on the plan ${shown(settings.bitbucket.plan)}`,
            allowed: "premium",
            fix: 'set "restricted" to false, or change the plan and the dial "bitbucket.plan"',
          },
        ]
      : [],
  );
};

/** What Bitbucket would only show to people, who would merge all the same; and what it would not even take. */
export const mergeRulesWithoutPremium: Check = ({ model, settings }) => {
  if (settings === undefined || settings.bitbucket.plan === "premium") return [];
  const plan = shown(settings.bitbucket.plan);
  return model.repositories.flatMap(({ branches }, index) =>
    branches.flatMap(({ rules, enforced }, number): Finding[] => {
      const at = ["repositories", index, "branches", number];
      const held = rulesOf(rules);
      const unknown = held.filter(({ rule }) => rule.plan === "premium");
      return [
        ...(enforced && held.some(({ rule }) => rule.holdsBack)
          ? [
              {
                at,
                found: `merge rules on the plan ${plan}, which does not enforce them`,
                allowed: "premium",
                fix: 'write "enforced: false", if it is enough that people are shown them, or change the plan and the dial "bitbucket.plan"',
              },
            ]
          : []),
        ...unknown.map(({ name }) => ({
          at: [...at, name],
          found: `the merge rule ${shown(name)} on the plan ${plan}`,
          allowed: "premium",
          fix: 'remove it, or change the plan and the dial "bitbucket.plan"',
        })),
      ];
    }),
  );
};
