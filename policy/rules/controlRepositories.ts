/** Whoever changes what steers everything alone needs no second person for anything else. */
import { targetOf } from "../../access";
import type { ModelRule } from "../rule";

export const controlRepositories: ModelRule = {
  kind: "model",
  name: "control-repositories",
  says: "a repository that steers everything has a protected branch that wants an approval",
  fix: 'add it under "protected", with "approvals: 1" or more',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  access: true,
  check: (model) =>
    model.repositories
      .filter((repository) => model.control.includes(targetOf(repository)))
      .filter(({ branches }) => !branches.some(({ rules }) => (rules.approvals ?? 0) > 0))
      .map((repository) => ({
        on: `repository ${targetOf(repository)}`,
        found: `${targetOf(repository)}, which steers everything, and takes what nobody has to approve`,
      })),
  examples: {
    bad: [
      [
        "      runbooks: {}\n",
        "      runbooks: { protected: {} }\ncontrol: [PLAT/runbooks] # that of this file, say\n",
      ],
    ],
  },
};
