/**
 * What the last run that came to its end declared. The state does not say: a refresh writes into it what it found, a right
 * that somebody gave by hand among it, and so does a deploy that refreshed and then failed. The stack's baseline says, as
 * far as the model goes; and where nothing waits to be brought up, just that is declared now.
 */
import { isDeepStrictEqual } from "node:util";
import { stackOutput, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import {
  compile,
  decodeBaseline,
  environmentTypeNames,
  groupOf,
  renamesBetween,
  restrictionsOf,
  outputNames,
  type Desired,
  type Model,
  type Renames,
  type Settings,
} from "../access";
import { dueOf, rotatablesOf } from "./rotations/status";

export type Inputs = Readonly<Record<string, unknown>>;

/** A resource, as far as the model says what it is declared with. */
interface Modelled {
  /** Token: `bitbucket:index:ProjectPermissions`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
}

/** What is known of the last run that came to its end. */
export interface LastRun {
  /** Whether all of it is what is declared now: nothing waits to be brought up. */
  readonly isCurrent: boolean;
  /** Undefined where there was no such run. */
  readonly model?: Model;
  /** Everything that the model declared; none where there was no such run. */
  readonly resources: readonly Modelled[];
}

/** What is declared now, and what the state has. */
export interface Now {
  readonly model: Model;
  readonly settings: Settings;
  readonly asOf: Date;
  /** Of the checkout. With `+` at its end where files differ from it. */
  readonly commit: string | undefined;
  readonly resources: readonly ResourceState[];
}

/** @returns what the last run declared, by the baseline that it left */
export function lastRunOf({ model, settings, asOf, commit, resources }: Now): LastRun {
  const last = decodeBaseline(stackOutput(resources, outputNames.baseline));
  if (last === undefined) return { isCurrent: false, resources: [] };
  const then = compile(last.model, last.settings, new Date(last.asOf));
  // The same commit has the same files, the program and the settings among them; then only time can have gone on.
  const isSameCommit = commit !== undefined && !commit.endsWith("+") && commit === last.commit;
  const isDue = () => dueOf(rotatablesOf(resources, settings), settings, asOf).length > 0;
  return {
    isCurrent: isSameCommit && isDeepStrictEqual(then, compile(model, settings, asOf)) && !isDue(),
    model: last.model,
    resources: asRenamed(
      modelled(then, last.settings, roleIdsIn(resources)),
      renamesBetween(last.model, model),
    ),
  };
}

/** What is about to be renamed is found by both names, with what it was declared with. */
function asRenamed(resources: readonly Modelled[], renames: Renames): Modelled[] {
  const kindOf = (type: string) => (/:User(Roles)?$/.test(type) ? "person" : "team");
  return resources.flatMap((one) => {
    const isNamed = /:(Group|User)\w*$/.test(one.type);
    const now = isNamed ? renames[kindOf(one.type)].get(one.name) : undefined;
    return now === undefined ? [one] : [one, { ...one, name: now }];
  });
}

/** Ids of the roles that stand for rights, by name. */
function roleIdsIn(resources: readonly ResourceState[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ type, id, inputs }) =>
      type === "keycloak:index/role:Role" && id !== undefined ? [[String(inputs?.name), id] as const] : [],
    ),
  );
}

/** The resources whose inputs follow from the model alone, as the components declare them. */
function modelled(
  { keycloak, bitbucket: { governed, deployments } }: Desired,
  settings: Settings,
  roleIds: ReadonlyMap<string, string>,
): Modelled[] {
  const idsOf = (roles: readonly string[]) => roles.flatMap((role) => roleIds.get(role) ?? []);
  return [
    ...(governed ? keycloak.groups : []).map((team) =>
      inBitbucket("Group", team.name, { name: groupOf(team) }),
    ),
    ...(governed?.projects ?? []).map(({ key, holders }) =>
      inBitbucket("ProjectPermissions", key, { project: key, holders }),
    ),
    ...(governed?.repositories ?? []).flatMap(({ slug, holders, branches }) => [
      inBitbucket("RepositoryPermissions", slug, { repository: slug, holders }),
      inBitbucket("BranchRestrictions", slug, {
        repository: slug,
        restrictions: branches.flatMap((branch) => restrictionsOf(branch, settings.bitbucket.plan)),
      }),
    ]),
    ...deployments.map(({ repository, environment, type, restricted }) =>
      inBitbucket("Deployment", `${repository}.${environment}`, {
        repository,
        name: environment,
        type: environmentTypeNames[type],
        adminOnly: restricted,
      }),
    ),
    ...keycloak.groups.flatMap(({ name, roles, members }) => [
      inKeycloak("Group", name, { name }),
      inKeycloak("GroupRoles", name, { roleIds: idsOf(roles) }),
      ...(members === undefined ? [] : [inKeycloak("GroupMemberships", name, { members })]),
    ]),
    ...keycloak.people.flatMap(({ username, roles }) => [
      ...(settings.keycloak.people === "declared" ? [inKeycloak("User", username, { username })] : []),
      ...(roles.length > 0 ? [inKeycloak("UserRoles", username, { roleIds: idsOf(roles) })] : []),
    ]),
    ...keycloak.roles.map((role) =>
      inKeycloak("Role", role, { name: role, compositeRoles: idsOf(keycloak.composites[role] ?? []) }),
    ),
  ];
}

function inBitbucket(kind: string, name: string, inputs: Inputs): Modelled {
  return { type: `bitbucket:index:${kind}`, name, inputs };
}

function inKeycloak(kind: string, name: string, inputs: Inputs): Modelled {
  return { type: `keycloak:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, name, inputs };
}
