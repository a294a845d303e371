/** What goes to production comes from a branch that somebody else has looked at. */
import { targetOf } from "../../access";
import type { ModelRule } from "../rule";

export const productionBranches: ModelRule = {
  kind: "model",
  name: "production-branches",
  says: "a repository that deploys to production has a protected branch that wants an approval",
  fix: 'add it under "protected", with "approvals: 1" or more',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  access: true,
  check: (model) => {
    const production = new Set(
      model.environments.filter(({ type }) => type === "production").map(({ name }) => name),
    );
    return model.repositories
      .filter(({ deploys }) => deploys.some((name) => production.has(name)))
      .filter(({ branches }) => !branches.some(({ rules }) => (rules.approvals ?? 0) > 0))
      .map((repository) => ({
        on: `repository ${targetOf(repository)}`,
        found: `${targetOf(repository)}, which deploys to production what nobody has to approve`,
      }));
  },
  examples: { bad: [["protected: { main: { approvals: 1 } }", "protected: { main: { builds: 1 } }"]] },
};
