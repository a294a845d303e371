/**
 * The workspace, part by part: each place is read whole and held against what the state has for it. Only a governing
 * stack speaks for what is not per environment.
 */
import type { Model, Settings } from "../../access";
import type { Session } from "@pulumi/bitbucket/api/client";
import type { Costing } from "./coverage";
import { differing, type Finding } from "../../evidence/reports/drift";
import { entriesOf, type Entry, type Placed } from "../../engine/placed";
import {
  asRestriction,
  asSchedule,
  hooksOf,
  keysOf,
  permissionFindings,
  restrictionsOf,
  scheduleOf,
  variableFindings,
} from "./workspaceWords";

export interface Part extends Costing {
  readonly look: () => Promise<Finding[]>;
}

/** Reads lists, and counts what that takes. */
export class Reader {
  requests = 0;
  constructor(
    private readonly session: Session,
    private readonly workspace: string,
  ) {}

  async list(path: string, at: Readonly<Record<string, string>> = {}): Promise<readonly Entry[]> {
    const read = this.session.list.bind(this.session) as (
      path: string,
      at: object,
    ) => Promise<readonly Entry[]>;
    const entries = await read(path, { workspace: this.workspace, ...at });
    this.requests += Math.max(1, Math.ceil(entries.length / 100));
    return entries;
  }
}

interface Scene {
  readonly read: Reader;
  readonly placed: readonly Placed[];
  readonly model: Model;
  readonly settings: Settings;
}

const system = "bitbucket" as const;
const repositoryPath = "/repositories/{workspace}/{repo_slug}";

/** Two requests of its own, in each run: which projects and repositories there are. */
export async function partsOf(scene: Scene): Promise<{ parts: Part[]; findings: Finding[] }> {
  const { read, model, settings } = scene;
  const governing = settings.bitbucket.governing;
  const repositories = (await read.list("/repositories/{workspace}")).map(slugOf);
  const projects = governing
    ? (await read.list("/workspaces/{workspace}/projects")).map(({ key }) => String(key))
    : [];
  const known = (names: readonly string[]) => new Map(names.map((name) => [name, "there"]));
  const findings = governing
    ? [
        ...differing(
          { system, kind: "project", at: "" },
          known(model.projects.map(({ key }) => key)),
          known(projects),
        ),
        ...differing(
          { system, kind: "repository", at: "" },
          known(model.repositories.map(({ slug }) => slug)),
          known(repositories),
        ),
      ]
    : [];
  return {
    findings,
    parts: [
      ...(governing ? [workspacePart(scene), ...projects.map((key) => projectPart(scene, key))] : []),
      ...repositories.map((slug) => repositoryPart(scene, slug)),
    ],
  };
}

function workspacePart({ read, placed }: Scene): Part {
  return {
    name: "workspace",
    requests: 3,
    look: async () => {
      const groups = await read.list("/1.0/groups/{workspace}");
      const hooks = await read.list("/workspaces/{workspace}/hooks");
      const variables = await read.list("/workspaces/{workspace}/pipelines-config/variables");
      const ofType = (type: string) => placed.filter((one) => one.type === `bitbucket:index:${type}`);
      return [
        // The group that every workspace has, and that nobody can take away.
        ...differing(
          { system, kind: "group", at: "" },
          new Map(ofType("Group").map(({ inputs }) => [String(inputs.name), "there"])),
          new Map(
            groups.filter(({ slug }) => slug !== "administrators").map(({ slug }) => [String(slug), "there"]),
          ),
        ),
        ...differing(
          { system, kind: "webhook", at: "workspace" },
          hooksOf(ofType("WorkspaceHook").map(({ inputs }) => inputs)),
          hooksOf(hooks),
        ),
        ...variableFindings("workspace", ofType("WorkspaceVariables"), variables),
      ];
    },
  };
}

function projectPart({ read, placed }: Scene, key: string): Part {
  return {
    name: `project ${key}`,
    requests: 2,
    look: async () => {
      const at = { project_key: key };
      const path = "/workspaces/{workspace}/projects/{project_key}/permissions-config";
      const found = [...(await read.list(`${path}/groups`, at)), ...(await read.list(`${path}/users`, at))];
      const declared = placed.filter(
        ({ type, inputs }) => type === "bitbucket:index:ProjectPermissions" && inputs.project === key,
      );
      return permissionFindings(`project ${key}`, declared, found);
    },
  };
}

function repositoryPart(scene: Scene, slug: string): Part {
  const { read, placed, settings } = scene;
  const here = placed.filter(({ inputs }) => inputs.repository === slug);
  const ofType = (type: string) => here.filter((one) => one.type === `bitbucket:index:${type}`);
  const environments = scene.model.repositories.find((one) => one.slug === slug)?.deploys ?? [];
  const governing = settings.bitbucket.governing;
  const at = { repo_slug: slug };
  const list = (path: string, more = {}) => read.list(`${repositoryPath}${path}`, { ...at, ...more });
  return {
    name: `repository ${slug}`,
    requests: (governing ? 8 : 1) + (environments.includes(settings.environment) ? 1 : 0),
    look: async () => [
      ...(await environmentFindings(scene, slug, environments, list)),
      ...(governing
        ? [
            ...permissionFindings(slug, ofType("RepositoryPermissions"), [
              ...(await list("/permissions-config/groups")),
              ...(await list("/permissions-config/users")),
            ]),
            ...differing(
              { system, kind: "branch restriction", at: slug },
              restrictionsOf(ofType("BranchRestrictions").flatMap((one) => entriesOf(one, "restrictions"))),
              restrictionsOf((await list("/branch-restrictions")).map(asRestriction)),
            ),
            ...variableFindings(
              slug,
              ofType("RepositoryVariables"),
              await list("/pipelines_config/variables"),
            ),
            ...differing(
              { system, kind: "schedule", at: slug },
              new Map(
                ofType("PipelineSchedule").map(({ inputs }) =>
                  scheduleOf(inputs.branch, inputs.pipeline, inputs.cron, inputs.enabled),
                ),
              ),
              new Map((await list("/pipelines_config/schedules")).map(asSchedule)),
            ),
            ...differing(
              { system, kind: "access key", at: slug },
              new Map(),
              keysOf(await list("/deploy-keys")),
            ),
            ...differing({ system, kind: "webhook", at: slug }, new Map(), hooksOf(await list("/hooks"))),
          ]
        : []),
    ],
  };
}

/** Environments that other stacks stand for are theirs. */
async function environmentFindings(
  { placed, settings }: Scene,
  slug: string,
  others: readonly string[],
  list: (path: string, more?: object) => Promise<readonly Entry[]>,
): Promise<Finding[]> {
  const here = placed.filter(({ inputs }) => inputs.repository === slug);
  const declared = here.filter(({ type }) => type === "bitbucket:index:Deployment");
  const found = (await list("/environments")).filter(({ name }) => {
    const isOurs = declared.some(({ inputs }) => inputs.name === name) || name === settings.environment;
    return isOurs || (settings.bitbucket.governing && !others.includes(String(name)));
  });
  const words = (type: unknown, adminOnly: unknown) =>
    `${String(type)}${adminOnly === true ? ", administrators only" : ""}`;
  const findings = differing(
    { system, kind: "environment", at: slug },
    new Map(declared.map(({ inputs }) => [String(inputs.name), words(inputs.type, inputs.adminOnly)])),
    new Map(
      found.map(({ name, environment_type: type, restrictions }) => [
        String(name),
        words((type as Entry | undefined)?.name, (restrictions as Entry | undefined)?.admin_only),
      ]),
    ),
  );
  for (const { uuid, name } of found) {
    const variables = await list("/deployments_config/environments/{environment_uuid}/variables", {
      environment_uuid: uuid,
    });
    const ours = here.filter(
      ({ type, inputs }) => type === "bitbucket:index:DeploymentVariables" && inputs.environment === uuid,
    );
    findings.push(...variableFindings(`${slug} ${String(name)}`, ours, variables));
  }
  return findings;
}

function slugOf({ full_name: name }: Entry): string {
  return String(name).split("/").at(-1) ?? "";
}
