/**
 * What the workspace's plan does not have: Bitbucket answers 402 to some of it and ignores the rest without a word
 * (https://support.atlassian.com/bitbucket-cloud/docs/use-premium-features/).
 */
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

/** A warning: merge checks below Premium are shown to people, who may merge all the same. */
export const unenforcedMergeChecks: Check = ({ model, settings }) => {
  if (settings === undefined || settings.bitbucket.plan === "premium") return [];
  return model.repositories.flatMap(({ branches }, index) =>
    branches.flatMap(({ approvals, builds }, number): Finding[] =>
      approvals + builds > 0
        ? [
            {
              at: ["repositories", index, "branches", number],
              found: `merge checks on the plan ${shown(settings.bitbucket.plan)}, which does not enforce them`,
              allowed: "premium",
              fix: "know that whoever may merge can do so without approvals and builds",
            },
          ]
        : [],
    ),
  );
};
