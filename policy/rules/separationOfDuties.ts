/** Judged on what Bitbucket then really allows, over all teams of a person. */
import { entitlementsOf, subjectLabel, violationsOf } from "../../access";
import type { ModelRule } from "../rule";

export const separationOfDuties: ModelRule = {
  kind: "model",
  name: "separation-of-duties",
  says: "nobody holds together what access.yaml keeps apart",
  fix: "take one of both away, or keep what is deployed in a repository of its own",
  controls: ["SOC 2 CC6.3", "ISO 27001 A.5.3"],
  level: "mandatory",
  access: true,
  check: (model, { asOf }) =>
    violationsOf(model, entitlementsOf(model, asOf)).map(({ subject, ways }) => ({
      on: subjectLabel(subject),
      found: `${subjectLabel(subject)}, who can do all of it: ${ways.map(({ capability, target }) => `${capability} on ${target}`).join("; ")}`,
    })),
  examples: {
    bad: [["grants:\n", "separation:\n  - never together: [merge, deploy:prod]\n\ngrants:\n"]],
  },
};
