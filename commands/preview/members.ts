/** Who is in the teams that `access.yaml` leaves to Keycloak. */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { Tree, type Members, type Model, type Settings, type Team } from "../../access";
import { KeycloakAdmin, KeycloakError, type KeycloakGroup } from "../../clients/keycloak";

/**
 * The enabled members of each such team; none are known where Keycloak does not say. A team's group is the one that the
 * stack made, by its id, perhaps under the name of before; where it made none yet, the one at the team's place in the tree,
 * and that only while no other has its name.
 *
 * @param resources of the stack's state
 */
export async function membersOf(
  model: Model,
  { keycloak }: Settings,
  resources: readonly ResourceState[],
  env: NodeJS.ProcessEnv,
): Promise<Members> {
  const open = model.teams.filter((team) => team.members === undefined);
  const known = new Map<string, readonly string[]>();
  if (open.length === 0) return () => [];
  const realm = KeycloakAdmin.from(keycloak.url, keycloak.realm, env);
  try {
    const made = groupsMade(resources);
    const idOf = ({ name, previously = name }: Team) => made.get(name) ?? made.get(previously);
    const all = open.every(idOf) ? [] : await realm.groups();
    for (const team of open) {
      const { name, previously = name } = team;
      const id = idOf(team) ?? groupAt(pathOf(name, model), name, all)?.id;
      if (id === undefined) continue;
      const people = await realm.members(id);
      const enabled = people.flatMap((one) => (one.enabled === true ? [one.username] : []));
      // Of one and the same team, by both of its names.
      if (!model.teams.some((one) => one.name === previously)) known.set(previously, enabled);
      known.set(name, enabled);
    }
  } catch (error) {
    // A new realm has no groups, and an account may be kept from reading them: then the report says "and others".
    if (!(error instanceof KeycloakError) || ![403, 404].includes(error.status ?? 0)) throw error;
  }
  return (team) => known.get(team);
}

/** Ids of the groups of teams, by team. */
function groupsMade(resources: readonly ResourceState[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ urn, type, id, delete: goes }) => {
      const [, team] =
        /::(?:\S*\$)?bitbucket-keycloak:index:Team\$keycloak:index\/group:Group::(.+)$/.exec(urn) ?? [];
      const isGroup = type === "keycloak:index/group:Group" && goes !== true;
      return isGroup && team !== undefined && id !== undefined && id !== "" ? [[team, id] as const] : [];
    }),
  );
}

function pathOf(team: string, model: Model): string {
  return `/${[team, ...new Tree(model).ancestors(team)].reverse().join("/")}`;
}

function groupAt(path: string, team: string, groups: readonly KeycloakGroup[]): KeycloakGroup | undefined {
  const [one, ...more] = groups.filter(({ name }) => name === team);
  return more.length === 0 && one?.path === path ? one : undefined;
}
