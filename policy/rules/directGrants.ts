/** Rights come by teams: what somebody holds alone stays when they move on, unless it ends by itself. */
import { isActive, type Model } from "../../access";
import type { ResourceRule } from "../rule";
import { maps, valueOf } from "../values";

export const permissionTypes = [
  "bitbucket:index:RepositoryPermissions",
  "bitbucket:index:ProjectPermissions",
] as const;
const [repositoryPermissions] = permissionTypes;
const good = {
  workspace: "acme",
  repository: "shop-mobile",
  holders: [
    { group: "storefront", permission: "write" },
    { user: "{b07b07b0-7b07-4b07-8b07-b07b07b07b07}", permission: "write" },
  ],
};

export const directGrants: ResourceRule = {
  kind: "resource",
  name: "direct-grants",
  says: "whoever holds a permission alone is an agent, or has a grant with a reason and an end",
  fix: 'grant it to a team; or write the grant into access.yaml, with "reason" and "until"',
  controls: ["SOC 2 CC6.3", "ISO 27001 A.5.18"],
  level: "mandatory",
  access: true,
  types: permissionTypes,
  check: (resource, { model, asOf }) => {
    const allowed = model === undefined ? new Set<string>() : accountsOf(model, asOf);
    return maps(valueOf(resource, "holders")).flatMap(({ user, permission }) =>
      typeof user !== "string" || allowed.has(user)
        ? []
        : [`${String(permission)} for the account ${user} alone`],
    );
  },
  examples: {
    bad: [
      {
        type: repositoryPermissions,
        inputs: {
          ...good,
          holders: [{ user: "{00000000-0000-4000-8000-000000000001}", permission: "write" }],
        },
      },
    ],
    good: [{ type: repositoryPermissions, inputs: good }],
  },
};

/** Accounts that may stand by themselves. */
function accountsOf({ agents, grants, people }: Model, asOf: Date): Set<string> {
  const granted = new Set(
    grants
      .filter((grant) => grant.reason !== undefined && grant.until !== undefined && isActive(grant, asOf))
      .map(({ subject }) => subject)
      .filter(({ kind }) => kind === "person")
      .map(({ name }) => name),
  );
  const ofPeople = people.filter(({ username }) => granted.has(username)).map(({ account }) => account);
  return new Set([...agents.map(({ account }) => account), ...ofPeople].filter((one) => one !== undefined));
}
