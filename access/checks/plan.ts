/**
 * What the workspace's plan does not have: Bitbucket answers 402 to some of it and ignores the rest without a word
 * (https://support.atlassian.com/bitbucket-cloud/docs/use-premium-features/).
 */
import { rulesOf } from "../mergeRules";
import { shown } from "../problem";
import type { Check, Finding } from "./check";

const otherPlan = 'change the plan and the setting "bitbucket.plan"';

export const premiumEnvironments: Check = {
  name: "premium-environments",
  says: "only a workspace on the plan premium has restricted environments",
  level: "problem",
  find: ({ model, settings }) => {
    if (settings === undefined || settings.bitbucket.plan === "premium") return [];
    return model.environments.flatMap(({ name, restricted }, index): Finding[] =>
      restricted && model.repositories.some(({ deploys }) => deploys.includes(name))
        ? [
            {
              at: ["environments", index, "restricted"],
              found: `a restricted environment on the plan ${shown(settings.bitbucket.plan)}`,
              allowed: "premium",
              fix: `set "restricted" to false, or ${otherPlan}`,
            },
          ]
        : [],
    );
  },
  examples: {
    good: {
      text: "environments: { dev: { type: test, restricted: true }, prod: { type: production } }",
      settings: { environment: "dev", "bitbucket.plan": "premium" },
    },
    bad: {
      text: "environments: { dev: { type: test, restricted: true }, prod: { type: production } }\nprojects:\n  ONE: { owner: leads, repositories: { api: { deploys: [dev] } } }",
      settings: { environment: "dev", "bitbucket.plan": "standard" },
      found: [
        '1:48  environments.dev.restricted: found a restricted environment on the plan "standard"; allowed: premium; set "restricted" to false, or change the plan and the setting "bitbucket.plan"',
      ],
    },
  },
};

/** What Bitbucket would only show to people, who would merge all the same; and what it would not even take. */
export const premiumMergeRules: Check = {
  name: "premium-merge-rules",
  says: "only a workspace on the plan premium enforces merge rules, and has all of them",
  level: "problem",
  find: ({ model, settings }) => {
    if (settings === undefined || settings.bitbucket.plan === "premium") return [];
    const plan = shown(settings.bitbucket.plan);
    return model.repositories.flatMap(({ branches }, index) =>
      branches.flatMap(({ rules, enforced }, number): Finding[] => {
        const at = ["repositories", index, "branches", number];
        const declared = rulesOf(rules);
        const unknown = declared.filter(({ rule }) => rule.plan === "premium");
        return [
          ...(enforced && declared.some(({ rule }) => rule.holdsBack)
            ? [
                {
                  at,
                  found: `merge rules on the plan ${plan}, which does not enforce them`,
                  allowed: "premium",
                  fix: `write "enforced: false", if it is enough that people are shown them, or ${otherPlan}`,
                },
              ]
            : []),
          ...unknown.map(({ name }) => ({
            at: [...at, name],
            found: `the merge rule ${shown(name)} on the plan ${plan}`,
            allowed: "premium",
            fix: `remove it, or ${otherPlan}`,
          })),
        ];
      }),
    );
  },
  examples: {
    good: {
      text: "projects:\n  ONE:\n    owner: leads\n    protected: { main: { approvals: 1, enforced: false } }\n    repositories: { api: {} }",
      settings: { environment: "dev", "bitbucket.plan": "standard" },
    },
    bad: {
      text: "projects:\n  ONE:\n    owner: leads\n    protected: { main: { approvals: 1, autoMerge: true } }\n    repositories: { api: {} }",
      settings: { environment: "dev", "bitbucket.plan": "standard" },
      found: [
        '4:24  projects.ONE.protected.main: found merge rules on the plan "standard", which does not enforce them; allowed: premium; write "enforced: false", if it is enough that people are shown them, or change the plan and the setting "bitbucket.plan"',
        '4:51  projects.ONE.protected.main.autoMerge: found the merge rule "autoMerge" on the plan "standard"; allowed: premium; remove it, or change the plan and the setting "bitbucket.plan"',
      ],
    },
  },
};
