/** Without it, everybody who can write to a repository can deploy to production. */
import type { ResourceRule } from "../rule";
import { isAbsent, valueOf } from "../values";

const deploymentType = "bitbucket:index:Deployment";
const good = {
  workspace: "acme",
  repository: "payments-api",
  name: "prod",
  type: "Production",
  adminOnly: true,
};

export const productionRestricted: ResourceRule = {
  kind: "resource",
  name: "production-restricted",
  says: "only administrators of a repository deploy to production",
  fix: 'set "restricted: true" on the environment in access.yaml (Premium plan)',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  access: true,
  types: [deploymentType],
  check: (deployment) =>
    valueOf(deployment, "type") === "Production" &&
    (valueOf(deployment, "adminOnly") === false || isAbsent(deployment, "adminOnly"))
      ? ["a production environment that every writer deploys to"]
      : [],
  examples: {
    bad: [{ type: deploymentType, inputs: { ...good, adminOnly: false } }],
    good: [
      { type: deploymentType, inputs: good },
      { type: deploymentType, inputs: { ...good, name: "dev", type: "Test", adminOnly: false } },
    ],
  },
};
