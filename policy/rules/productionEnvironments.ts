/** What every writer can deploy to is not production, whatever it is called. */
import type { ModelRule } from "../rule";

export const productionEnvironments: ModelRule = {
  kind: "model",
  name: "production-environments",
  says: "environments of the type production are restricted",
  fix: 'set "restricted: true" (Premium plan)',
  controls: ["SOC 2 CC8.1", "ISO 27001 A.8.32"],
  level: "mandatory",
  access: true,
  check: (model) =>
    model.environments
      .filter(({ type, restricted }) => type === "production" && !restricted)
      .map(({ name }) => ({
        on: `environment ${name}`,
        found: `the environment ${name}, which every writer deploys to`,
      })),
  examples: { bad: [["{ type: production, restricted: true }", "{ type: production }"]] },
};
