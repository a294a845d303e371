/** One life of each resource and one call of each function, for tests that go through all of them. */
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";

export type Lists = Readonly<Record<string, readonly Record<string, unknown>[]>>;

export interface Life {
  readonly type: string;
  /** How many it takes: create, read, import, update, delete, and a look at what is left. */
  readonly requests: number;
  /** What the server holds before it. */
  readonly lists: Lists;
  readonly first: ValueObject;
  /** What an update makes of it; none where nothing can be updated. */
  readonly second?: ValueObject;
}

export interface Call {
  readonly name: string;
  readonly lists: Lists;
  readonly args: ValueObject;
}

const repository = "/2.0/repositories/acme/web";
const place = { workspace: "acme", repository: "web" };
const environment = "{22222222-2222-4222-8222-222222222222}";
const [ana, ben] = ["{a0000000-0000-4000-8000-00000000000a}", "{b0000000-0000-4000-8000-00000000000b}"];
const secured = (...values: string[]) => values.map((value, index) => ({ key: `V${index}`, value }));
const empty = (...paths: string[]): Lists => Object.fromEntries(paths.map((path) => [path, []]));

const inAcme = { workspace: "acme" };
const workspaces: Lists = {
  "/2.0/workspaces": [{ slug: "acme", uuid: "{w}", name: "Acme", is_private: true }],
};
export const lives: readonly Life[] = [
  {
    type: "Group",
    requests: 6,
    lists: empty("/1.0/groups/acme"),
    first: { workspace: "acme", name: "payments" },
  },
  {
    type: "GroupMembers",
    requests: 10,
    lists: empty("/1.0/groups/acme/payments/members"),
    first: { workspace: "acme", group: "payments", members: [ana] },
    second: { workspace: "acme", group: "payments", members: [ben] },
  },
  {
    type: "ProjectPermissions",
    requests: 16,
    lists: empty(
      "/2.0/workspaces/acme/projects/PAY/permissions-config/groups",
      "/2.0/workspaces/acme/projects/PAY/permissions-config/users",
    ),
    first: {
      workspace: "acme",
      project: "PAY",
      holders: [{ group: "a", permission: "read" }],
    },
    second: { workspace: "acme", project: "PAY", holders: [{ user: ana, permission: "create-repo" }] },
  },
  {
    type: "RepositoryPermissions",
    requests: 19,
    lists: empty(`${repository}/permissions-config/groups`, `${repository}/permissions-config/users`),
    first: { ...place, holders: [{ group: "a", permission: "read" }, { user: ana, permission: "write" }] }, // prettier-ignore
    second: { ...place, holders: [{ group: "a", permission: "write" }, { group: "b", permission: "read" }] }, // prettier-ignore
  },
  {
    type: "BranchRestrictions",
    requests: 13,
    lists: empty(`${repository}/branch-restrictions`),
    first: { ...place, restrictions: [{ kind: "push", pattern: "main" }, { kind: "force", pattern: "main" }] }, // prettier-ignore
    second: { ...place, restrictions: [{ kind: "push", pattern: "main", groups: ["a"] }, { kind: "delete", pattern: "main" }] }, // prettier-ignore
  },
  {
    type: "Deployment",
    requests: 9,
    lists: empty(`${repository}/environments`),
    first: { ...place, name: "prod", type: "Production", adminOnly: true },
    second: { ...place, name: "live", type: "Production", adminOnly: true },
  },
  {
    type: "DeploymentVariables",
    requests: 11,
    lists: empty(`${repository}/deployments_config/environments/${environment}/variables`),
    first: { ...place, environment, variables: secured("secret-a", "secret-b") },
    second: { ...place, environment, variables: secured("secret-c") },
  },
  {
    type: "RepositoryVariables",
    requests: 11,
    lists: empty(`${repository}/pipelines_config/variables`),
    first: { ...place, variables: secured("secret-a", "secret-b") },
    second: { ...place, variables: secured("secret-c") },
  },
  {
    type: "WorkspaceVariables",
    requests: 11,
    lists: empty("/2.0/workspaces/acme/pipelines-config/variables"),
    first: { workspace: "acme", variables: secured("secret-a", "secret-b") },
    second: { workspace: "acme", variables: secured("secret-c") },
  },
  {
    type: "PipelinesConfig",
    requests: 7,
    lists: { [repository]: [{ slug: "pipelines_config", enabled: false }] },
    first: { ...place, enabled: true },
    second: { ...place, enabled: false },
  },
  {
    type: "PipelineSchedule",
    requests: 7,
    lists: empty(`${repository}/pipelines_config/schedules`),
    first: { ...place, branch: "main", cron: "0 30 2 * * ? *" },
    second: { ...place, branch: "main", cron: "0 30 2 * * ? *", enabled: false },
  },
  {
    type: "WorkspaceHook",
    requests: 7,
    lists: empty("/2.0/workspaces/acme/hooks"),
    first: { workspace: "acme", url: "https://a.example", description: "a", events: ["repo:push"], secret: "secret-a" }, // prettier-ignore
    second: { workspace: "acme", url: "https://a.example", description: "b", events: ["repo:fork"], secret: "secret-b" }, // prettier-ignore
  },
  {
    type: "PipelinesIssuer",
    requests: 4,
    lists: workspaces,
    first: inAcme,
  },
  {
    type: "ProjectIdentity",
    requests: 4,
    lists: { "/2.0/workspaces/acme/projects": [{ key: "PAY", uuid: "{p}", name: "Payments" }] },
    first: { ...inAcme, project: "PAY" },
  },
  {
    type: "RepositoryIdentity",
    requests: 4,
    lists: { "/2.0/repositories/acme": [{ slug: "web", full_name: "acme/web", uuid: "{r}" }] },
    first: place,
  },
];

export const calls: readonly Call[] = [
  {
    name: "getWorkspace",
    lists: workspaces,
    args: inAcme,
  },
  {
    name: "getProjects",
    lists: {
      "/2.0/workspaces/acme/projects": [{ key: "PAY", uuid: "{p}", name: "Payments", is_private: true }],
    },
    args: inAcme,
  },
  {
    name: "getRepositories",
    lists: {
      "/2.0/repositories/acme": [
        { full_name: "acme/web", uuid: "{r}", name: "Web", project: { key: "PAY" } },
      ],
    },
    args: { ...inAcme, project: "PAY" },
  },
  {
    name: "getGroups",
    lists: { "/1.0/groups/acme": [{ slug: "payments", name: "payments", members: [{ uuid: ana }] }] },
    args: inAcme,
  },
  {
    name: "getMembers",
    lists: { "/2.0/workspaces/acme/members": [{ user: { uuid: ana, display_name: "Ana" } }] },
    args: { ...inAcme, email: "ana@acme.example" },
  },
  {
    name: "getEffectivePermissions",
    lists: {
      "/2.0/workspaces/acme/permissions/repositories/web": [{ user: { uuid: ana }, permission: "write" }],
    },
    args: place,
  },
  {
    name: "getPipelineOidcConfig",
    lists: workspaces,
    args: inAcme,
  },
];
