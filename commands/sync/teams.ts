/** Who is in each team, by the groups of the realm. */
import { Tree, type Model } from "../../access";
import type { KeycloakAdmin, KeycloakGroup, KeycloakUser } from "../../clients/keycloak";
import { isThrowAway } from "../verify/throwAway";
import type { RealmPerson } from "./membership";

export interface Teams {
  readonly people: ReadonlyMap<string, readonly RealmPerson[]>;
  /** Teams that could not be read, and why: nothing is known of them. */
  readonly failures: ReadonlyMap<string, string>;
}

/** @throws if the realm has the group of no team at all */
export async function readTeams(keycloak: KeycloakAdmin, model: Model): Promise<Teams> {
  const tree = new Tree(model);
  const groups = await keycloak.groups();
  const people = new Map<string, readonly RealmPerson[]>();
  const failures = new Map<string, string>();
  for (const { name } of model.teams) {
    const path = `/${[name, ...tree.ancestors(name)].reverse().join("/")}`;
    const group = groupOf(name, path, groups);
    if (group === undefined) failures.set(name, `the realm has no group ${path}: bring the stack up first`);
    else if (typeof group === "string") failures.set(name, group);
    else {
      try {
        people.set(name, (await keycloak.members(group.id)).filter((one) => !isThrowAway(one)).map(personOf));
      } catch (error) {
        failures.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  if (people.size === 0 && failures.size > 0)
    throw new Error(`nothing was changed: ${[...failures.values()][0] ?? ""}`);
  return { people, failures };
}

/** A user as Keycloak shows them; what it leaves out (verified address, enabled) counts as no. */
export function personOf({
  id,
  username,
  email,
  emailVerified = false,
  enabled = false,
}: KeycloakUser): RealmPerson {
  return { id, username, email, emailVerified, enabled };
}

/**
 * The group of a team, at its place in the tree; undefined where there is none. Text if another group has the team's
 * name, wherever it is: it would pass for the team in every token, since groups are named there without their path.
 */
function groupOf(
  team: string,
  path: string,
  groups: readonly KeycloakGroup[],
): KeycloakGroup | string | undefined {
  const other = groups.find((group) => group.name === team && group.path !== path);
  if (other === undefined) return groups.find((group) => group.path === path);
  return `found a second group named ${team} in the realm, at ${other.path}; the team's is at ${path}: rename or remove the other`;
}
