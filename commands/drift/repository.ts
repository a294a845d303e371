/** A repository, read whole and compared with what is declared for it. */
import { isSameEnvironment } from "@pulumi/bitbucket/api/environmentNames";
import { targetOf, type ObservedOfPlace, type Settings } from "../../access";
import type { Declared } from "./check";
import { differing } from "../../evidence/reports/drift";
import { system, type Called, type Compared, type Lookable, type Scene } from "./part";
import { entriesOf, type Entry } from "../../engine/placed";
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

const repositoryPath = "/repositories/{workspace}/{repo_slug}";

/**
 * One part of a look. A governing stack reads all of the repository, another one its own environments and their
 * variables.
 */
export function repositoryPart({ read, settings, now }: Scene, { name, before: slug }: Called): Lookable {
  const environments = now.model.repositories.find((one) => one.slug === slug)?.deploys ?? [];
  const governing = settings.bitbucket.governing;
  const list: List = (path, more = {}) => read.list(`${repositoryPath}${path}`, { repo_slug: name, ...more });
  return {
    name: `repository ${name}`,
    requests: (governing ? 8 : 1) + (environments.includes(settings.environment) ? 1 : 0),
    look: async () => {
      const inEnvironments = await environmentsOf(settings, now, slug, list);
      const rest = governing ? await governedOf(slug, list) : () => [];
      return (declared) => [...inEnvironments(declared), ...rest(declared)];
    },
  };
}

type List = (path: string, more?: Readonly<Record<string, string>>) => Promise<readonly Entry[]>;

/** What only a governing stack speaks for. */
async function governedOf(slug: string, list: List): Promise<Compared> {
  const permissions = [
    ...(await list("/permissions-config/groups")),
    ...(await list("/permissions-config/users")),
  ];
  const restrictions = (await list("/branch-restrictions")).map(asRestriction);
  const variables = await list("/pipelines_config/variables");
  const schedules = (await list("/pipelines_config/schedules")).map(asSchedule);
  const keys = await list("/deploy-keys");
  const hooks = await list("/hooks");
  return ({ model, tree, placed }) => {
    const ofType = (type: string) =>
      placed.filter((one) => one.type === `bitbucket:index:${type}` && one.inputs.repository === slug);
    const declared = model.repositories.find((one) => one.slug === slug);
    const leaves = (part: ObservedOfPlace) =>
      declared !== undefined && tree.observes(targetOf(declared), part);
    const ownBranches = leaves("branches") ? [] : ofType("BranchRestrictions");
    return [
      ...permissionFindings(slug, ofType("RepositoryPermissions"), permissions, leaves("permissions")),
      ...differing(
        { system, kind: "branch restriction", at: slug, ...(leaves("branches") && { observed: true }) },
        restrictionsOf(ownBranches.flatMap((one) => entriesOf(one, "restrictions"))),
        restrictionsOf(restrictions),
      ),
      ...variableFindings(slug, ofType("RepositoryVariables"), variables),
      ...differing(
        { system, kind: "schedule", at: slug },
        new Map(
          ofType("PipelineSchedule").map(({ inputs }) =>
            scheduleOf(inputs.branch, inputs.pipeline, inputs.cron, inputs.enabled),
          ),
        ),
        new Map(schedules),
      ),
      ...differing({ system, kind: "access key", at: slug }, new Map(), keysOf(keys)),
      ...differing({ system, kind: "webhook", at: slug }, new Map(), hooksOf(hooks)),
    ];
  };
}

/** Environments that other stacks stand for are theirs. */
async function environmentsOf(
  { environment, bitbucket: { governing } }: Settings,
  { model, placed }: Declared,
  slug: string,
  list: List,
): Promise<Compared> {
  const others = model.repositories.find((one) => one.slug === slug)?.deploys ?? [];
  const declaredIn = (all: Declared["placed"]) =>
    all.filter(({ type, inputs }) => type === "bitbucket:index:Deployment" && inputs.repository === slug);
  // One that was there under other letters was taken over, and keeps them.
  const known = [...declaredIn(placed).map(({ inputs }) => String(inputs.name)), environment];
  const meant = (name: unknown) => known.find((one) => isSameEnvironment(one, String(name))) ?? String(name);
  const found = (await list("/environments")).filter(({ name }) => {
    const isOthers = others.some((one) => isSameEnvironment(one, String(name)));
    return known.includes(meant(name)) || (governing && !isOthers);
  });
  const variables = new Map<unknown, readonly Entry[]>();
  for (const { uuid } of found) {
    const path = "/deployments_config/environments/{environment_uuid}/variables";
    variables.set(uuid, await list(path, { environment_uuid: String(uuid) }));
  }
  const words = (type: unknown, adminOnly: unknown) =>
    `${String(type)}${adminOnly === true ? ", administrators only" : ""}`;
  return (declared) => [
    ...differing(
      { system, kind: "environment", at: slug },
      new Map(
        declaredIn(declared.placed).map(({ inputs }) => [
          String(inputs.name),
          words(inputs.type, inputs.adminOnly),
        ]),
      ),
      new Map(
        found.map(({ name, environment_type: type, restrictions }) => [
          meant(name),
          words((type as Entry | undefined)?.name, (restrictions as Entry | undefined)?.admin_only),
        ]),
      ),
    ),
    ...found.flatMap(({ uuid, name }) => {
      const ours = declared.placed.filter(
        ({ type, inputs }) => type === "bitbucket:index:DeploymentVariables" && inputs.environment === uuid,
      );
      const own = declared.model.repositories.find((one) => one.slug === slug)?.owned;
      const keepsOthers = ours.length > 0 && own?.includes("variables") !== true;
      return variableFindings(`${slug} ${String(name)}`, ours, variables.get(uuid) ?? [], keepsOthers);
    }),
  ];
}
