/** What there is in both systems of a grown company, as those who made it know it, and what a look has found of it: to be the same. */
import type { Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import type { Found } from "../../access/adopt/found";
import type { GrownWorld } from "./world";

interface State {
  readonly accounts: readonly { readonly uuid: string; readonly member: boolean; readonly email: string }[];
  readonly groups: readonly {
    readonly slug: string;
    readonly name: string;
    readonly members: readonly string[];
  }[];
  readonly projects: readonly { readonly key: string; readonly grants: Grants }[];
  readonly repositories: readonly Repository[];
}
interface Grants {
  readonly groups: readonly Grant[];
  readonly users: readonly Grant[];
}
interface Grant {
  readonly holder: string;
  readonly permission: string;
}
interface Repository {
  readonly slug: string;
  readonly project: string;
  readonly grants: Grants;
  readonly restrictions: readonly {
    readonly id: number;
    readonly kind: string;
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly value?: number;
  }[];
  readonly environments: readonly {
    readonly name: string;
    readonly adminOnly: boolean;
    readonly variables: readonly { readonly key: string; readonly secured: boolean }[];
  }[];
  readonly variables: readonly { readonly key: string; readonly secured: boolean }[];
  readonly deployKeys?: readonly { readonly label: string }[];
  readonly pipelinesEnabled: boolean;
}

const held = ({ groups, users }: Grants) => [
  ...groups.map(({ holder, permission }) => `group ${holder} ${permission}`),
  ...users.map(({ holder, permission }) => `user ${holder} ${permission}`),
];
const keysOf = (variables: readonly { readonly key: string; readonly secured: boolean }[] = []) =>
  variables.map(({ key, secured }) => `${key} ${String(secured)}`);

/** What the emulator holds, in the form of {@link workspaceOf}. */
export async function expectedWorkspace(emulator: Pick<Emulator, "url">): Promise<unknown> {
  const state = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as State;
  return {
    groups: state.groups.map(({ slug, name, members }) => ({ slug, name, members })),
    members: state.accounts
      .filter(({ member }) => member)
      .map(({ uuid }) => uuid)
      .sort(),
    projects: state.projects.map(({ key, grants }) => ({ key, held: held(grants) })),
    repositories: state.repositories.map(
      ({
        slug,
        project,
        grants,
        restrictions,
        environments,
        variables,
        deployKeys = [],
        pipelinesEnabled,
      }) => ({
        slug,
        project,
        held: held(grants),
        restrictions: restrictions.map(({ id, kind, users, groups, value }) => ({
          id,
          kind,
          users,
          groups,
          ...(value !== undefined && { value }),
        })),
        environments: environments.map(({ name, adminOnly, variables: its }) => ({
          name,
          adminOnly,
          variables: keysOf(its),
        })),
        variables: keysOf(variables),
        deployKeys: deployKeys.map(({ label }) => label),
        pipelinesEnabled,
      }),
    ),
  };
}

/** What was found in the workspace, as far as it was asked for with its details. */
export function workspaceOf({ workspace }: Found): unknown {
  const heldIn = (holders: Found["workspace"]["projects"][number]["holders"]) =>
    holders.map(({ group, user, permission }) =>
      group === undefined ? `user ${user ?? ""} ${permission}` : `group ${group} ${permission}`,
    );
  return {
    groups: workspace.groups.map(({ slug, name, members }) => ({ slug, name, members })),
    members: workspace.accounts
      .filter(({ membership }) => membership !== undefined)
      .map(({ uuid }) => uuid)
      .sort(),
    projects: workspace.projects.map(({ key, holders }) => ({ key, held: heldIn(holders) })),
    repositories: workspace.repositories.map((one) => ({
      slug: one.slug,
      project: one.project,
      held: heldIn(one.holders),
      restrictions: one.restrictions.map(({ id, kind, users, groups, value }) => ({
        id,
        kind,
        users,
        groups,
        ...(value !== undefined && { value }),
      })),
      environments: one.environments.map(({ name, adminOnly, variables }) => ({
        name,
        adminOnly,
        variables: keysOf(variables),
      })),
      variables: keysOf(one.variables),
      deployKeys: one.deployKeys?.map(({ label }) => label),
      pipelinesEnabled: one.pipelinesEnabled,
    })),
  };
}

const byFirst = (rows: readonly (readonly unknown[])[]) =>
  [...rows].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
const sorted = (texts: readonly string[]) => [...texts].sort();

/** What was made in the realm, in the form of {@link realmOf}. */
export function expectedRealm({ realm }: GrownWorld): unknown {
  const all = realm.groups.flatMap(function below(one): (typeof realm.groups)[number][] {
    return [one, ...one.subGroups.flatMap(below)];
  });
  const ids = (path: string) => realm.users.filter(({ groups }) => groups.includes(path)).map(({ id }) => id);
  const roles = (one: {
    readonly realmRoles: readonly string[];
    readonly clientRoles: Readonly<Record<string, readonly string[]>>;
  }) =>
    sorted([
      ...one.realmRoles,
      ...Object.entries(one.clientRoles).flatMap(([client, names]) =>
        names.map((name) => `${client} ${name}`),
      ),
    ]);
  return {
    id: realm.id,
    users: byFirst(realm.users.map((user) => [user.id, user.username, user.enabled, roles(user)])),
    groups: byFirst(
      all.map((group) => [group.id, group.path, group.attributes, sorted(ids(group.path)), roles(group)]),
    ),
    clients: sorted(realm.clients.map(({ clientId }) => clientId)),
    hasMailServer: true,
    identityProviders: ["partner"],
    themes: { login: "keycloak" },
  };
}

/** What was found in the realm and somebody made. */
export function realmOf({ realm }: Found): unknown {
  const roles = ({ mappings }: Found["realm"]["groups"][number] | Found["realm"]["users"][number]) =>
    sorted(mappings.map(({ client, name }) => (client === undefined ? name : `${client} ${name}`)));
  return {
    id: realm.id,
    users: byFirst(realm.users.map((user) => [user.id, user.username, user.enabled, roles(user)])),
    groups: byFirst(
      realm.groups.map((group) => [
        group.id,
        group.path,
        group.attributes,
        sorted(group.members),
        roles(group),
      ]),
    ),
    clients: sorted(realm.clients.filter(({ isBuiltIn }) => !isBuiltIn).map(({ clientId }) => clientId)),
    hasMailServer: realm.hasMailServer,
    identityProviders: realm.identityProviders,
    themes: realm.themes,
  };
}
