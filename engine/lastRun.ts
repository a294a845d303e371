/**
 * What the last run that came to its end declared. The state does not say: a refresh writes into it what it found, a right
 * that somebody gave by hand among it, and so does a deploy that refreshed and then failed. The stack's baseline says, as
 * far as the model goes; and where nothing waits to be brought up, just that is declared now.
 */
import { isDeepStrictEqual } from "node:util";
import { stackOutput, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import {
  compile,
  decodeBaseline,
  environmentTypeNames,
  renamesBetween,
  outputNames,
  restrictionsOf,
  withFormerGroups,
  type Desired,
  type FormerGroups,
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
  /** Bitbucket's groups of before that it left. */
  readonly formerGroups?: FormerGroups | undefined;
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
  const compiled = compile(last.model, last.settings, new Date(last.asOf));
  const then = { ...compiled, bitbucket: withFormerGroups(compiled.bitbucket, last.formerGroups ?? {}) };
  // The same commit has the same files, the program and the settings among them; then only time can have gone on.
  const isSameCommit = commit !== undefined && !commit.endsWith("+") && commit === last.commit;
  const isDue = () => dueOf(rotatablesOf(resources, settings), settings, asOf).length > 0;
  return {
    isCurrent: isSameCommit && isDeepStrictEqual(compiled, compile(model, settings, asOf)) && !isDue(),
    model: last.model,
    formerGroups: last.formerGroups,
    resources: asRenamed(modelled(then, last.settings, idsIn(resources)), renamesBetween(last.model, model)),
  };
}

/** What is about to be renamed is found by both names, with what it was declared with. */
function asRenamed(resources: readonly Modelled[], renames: Renames): Modelled[] {
  const kindOf = (type: string) => (/:(User\w*|Profile)$/.test(type) ? "person" : "team");
  return resources.flatMap((one) => {
    const isNamed = /:((Group|User)\w*|Profile|Members)$/.test(one.type);
    const now = isNamed ? renames[kindOf(one.type)].get(one.name) : undefined;
    return now === undefined ? [one] : [one, { ...one, name: now }];
  });
}

/** What Keycloak calls what the stack has made, by names. */
interface Ids {
  readonly roles: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, string>;
}

function idsIn(resources: readonly ResourceState[]): Ids {
  const idsOf = (kind: string, nameOf: (one: ResourceState) => string) =>
    new Map(
      resources.flatMap((one) =>
        one.type === keycloakType(kind) && one.id !== undefined ? [[nameOf(one), one.id] as const] : [],
      ),
    );
  const ownName = ({ urn }: ResourceState) => readUrn(urn).name;
  return {
    roles: idsOf("Role", ({ inputs }) => String(inputs?.name)),
    groups: idsOf("Group", ownName),
    people: idsOf("User", ownName),
  };
}

/** The resources whose inputs follow from the model alone, as the components declare them. */
function modelled(
  { keycloak, bitbucket: { governed, deployments } }: Desired,
  settings: Settings,
  ids: Ids,
): Modelled[] {
  const idsOf = (roles: readonly string[]) => roles.flatMap((role) => ids.roles.get(role) ?? []);
  return [
    ...(governed?.groups ?? []).map((name) => inBitbucket("Group", name, { name })),
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
    ...keycloak.groups.flatMap(({ name, parent, roles, members }) => [
      inKeycloak("Group", name, { name }),
      ofIdentity("GroupParent", name, parent === undefined ? {} : known("parentId", ids.groups.get(parent))),
      inKeycloak("GroupRoles", name, { roleIds: idsOf(roles) }),
      ...(members === undefined ? [] : [ofIdentity("Members", name, userIdsOf(members, ids))]),
    ]),
    ...keycloak.people.flatMap(({ username, email, roles }) => [
      ...(settings.keycloak.people === "declared"
        ? [inKeycloak("User", username, {}), ofIdentity("Profile", username, { username, email })]
        : []),
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
  return { type: keycloakType(kind), name, inputs };
}

function ofIdentity(kind: string, name: string, inputs: Inputs): Modelled {
  return { type: `keycloak-identity:index:${kind}`, name, inputs };
}

function keycloakType(kind: string): string {
  return `keycloak:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
}

/** Of people who come from elsewhere the state has no id: then nothing is said of the list. */
function userIdsOf(members: readonly string[], { people }: Ids): Inputs {
  const userIds = members.map((member) => people.get(member));
  return userIds.includes(undefined) ? {} : { userIds };
}

function known(key: string, value: unknown): Inputs {
  return value === undefined ? {} : { [key]: value };
}
