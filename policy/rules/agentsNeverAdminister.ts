/** Whoever administers can lift the gates before them: a program must not. */
import type { ResourceRule } from "../rule";
import { maps, valueOf } from "../values";
import { permissionTypes } from "./directGrants";

const [repositoryPermissions] = permissionTypes;
const bot = "{b07b07b0-7b07-4b07-8b07-b07b07b07b07}";
const place = { workspace: "acme", repository: "shop-mobile" };

export const agentsNeverAdminister: ResourceRule = {
  kind: "resource",
  name: "agents-never-administer",
  says: "no agent is an administrator",
  fix: "give the agent what it needs and no more; let a team administer",
  controls: ["SOC 2 CC6.3", "ISO 27001 A.8.2"],
  level: "mandatory",
  access: true,
  types: permissionTypes,
  check: (resource, { model }) => {
    const agents = new Map(model?.agents.map(({ account, name }) => [account, name]));
    return maps(valueOf(resource, "holders")).flatMap(({ user, permission }) => {
      const agent = typeof user === "string" ? agents.get(user) : undefined;
      return agent !== undefined && permission === "admin" ? [`the agent ${agent} as administrator`] : [];
    });
  },
  examples: {
    bad: [
      { type: repositoryPermissions, inputs: { ...place, holders: [{ user: bot, permission: "admin" }] } },
    ],
    good: [
      { type: repositoryPermissions, inputs: { ...place, holders: [{ user: bot, permission: "write" }] } },
    ],
  },
};
