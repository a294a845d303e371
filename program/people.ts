/**
 * Whether the run will find the people whom it names, asked before it begins. Where people come from elsewhere, they have to
 * be there. And the keycloak plugin puts people into groups by their user names: it looks each up on the first page of all
 * that contain it, and in a large realm a short name stands on a later one.
 */
import { sentenceOf, type DesiredKeycloak, type Settings } from "../access";
import type { KeycloakAdmin, KeycloakGroup, KeycloakUser } from "../clients/keycloak";
import { userNamed } from "../clients/named";
import { nobody } from "../components/people";

/** So many people Keycloak gives to those who do not say how many they want. */
const page = 100;

type Asked = Pick<KeycloakAdmin, "get" | "list" | "people">;

/** Somebody who has to be found. */
interface Named {
  readonly name: string;
  /** As what. Example: `team payments: member dora`. */
  readonly path: string;
  /** The team that the plugin puts them into, and the path of its group. */
  readonly team?: string;
  readonly group?: string;
}

/**
 * @param hasList whether the state has the list of a team's members: the plugin then looks up only those who are not in the
 *   group already
 * @param warn told where there is no realm yet: whether a run makes no more than that nobody knows
 * @returns a sentence for everybody who would not be found; nothing is asked where nobody has to be
 */
export async function peopleProblems(
  keycloak: Asked,
  { realm, people: from }: Pick<Settings["keycloak"], "realm" | "people">,
  desired: Pick<DesiredKeycloak, "groups" | "people">,
  hasList: (team: string) => Promise<boolean>,
  warn: (text: string) => void,
): Promise<string[]> {
  const isExternal = from === "external";
  const named = namedBy(desired, isExternal);
  if (named.length === 0) return [];
  if (isExternal && (await keycloak.get("")) === undefined) {
    warn(tooEarly(realm));
    return [];
  }

  const made = isExternal ? [] : desired.people.map(({ username }) => username);
  const there = await namesLike([...new Set(named.map(({ name }) => name))], made.length, keycloak);
  const all = [...new Set([...there, ...made])];
  const problems: string[] = [];
  for (const { name, path, team, group } of named) {
    if (isExternal && !there.has(name)) problems.push(nobody(path, realm));
    else if (team === undefined || !(await isMissed(name, all, there, keycloak))) continue;
    else if (!(await hasList(team)) || !(await isIn(group, name, keycloak)))
      problems.push(missed(path, name));
  }
  return problems;
}

function namedBy(
  { groups, people }: Pick<DesiredKeycloak, "groups" | "people">,
  isExternal: boolean,
): Named[] {
  const paths = new Map<string, string>();
  for (const { name, parent = "" } of groups) paths.set(name, `${paths.get(parent) ?? ""}/${name}`);
  const members = groups.flatMap(({ name: team, members = [] }) =>
    members.map((name) => ({
      name,
      path: `team ${team}: member ${name}`,
      team,
      group: paths.get(team) ?? "",
    })),
  );
  const alone = people.filter(({ roles }) => isExternal && roles.length > 0);
  return [...members, ...alone.map(({ username: name }) => ({ name, path: `person ${name}` }))];
}

/**
 * User names of the realm: all of them, or of each of these the first page of those that contain it, and itself. What takes
 * fewer requests.
 *
 * @param more people whom the run makes
 */
async function namesLike(
  names: readonly string[],
  more: number,
  keycloak: Asked,
): Promise<ReadonlySet<string>> {
  const count = await keycloak.get<number>("users/count");
  if (count === undefined || (more > 0 && more + count <= page)) return new Set();
  const nameOf = ({ username }: KeycloakUser) => username.toLowerCase();
  if (count <= names.length * page) return new Set((await keycloak.people("users")).map(nameOf));
  const found = new Set<string>();
  for (const name of names) {
    const first = (await firstPage(name, keycloak)).map(nameOf);
    for (const one of first) found.add(one);
    if (!first.includes(name) && (await userNamed(keycloak, name)) !== undefined) found.add(name);
  }
  return found;
}

/** As the plugin asks. */
async function firstPage(username: string, keycloak: Asked): Promise<KeycloakUser[]> {
  return (await keycloak.get<KeycloakUser[]>("users", { username, briefRepresentation: "true" })) ?? [];
}

/** Whether the plugin misses somebody, by what Keycloak answers now; by the alphabet, where some are still to be made. */
async function isMissed(
  name: string,
  all: readonly string[],
  there: ReadonlySet<string>,
  keycloak: Asked,
): Promise<boolean> {
  // To Keycloak an underscore of the name is any character.
  const pattern = new RegExp(name.replace(/[.+]/g, "\\$&").replaceAll("_", "."));
  const alike = all.filter((one) => pattern.test(one));
  if (alike.length <= page) return false;
  if (alike.some((one) => !there.has(one))) return alike.filter((one) => one < name).length >= page;
  return !(await firstPage(name, keycloak)).some(({ username }) => username === name);
}

/** Whether somebody is in a group already: of those the plugin looks up none. */
async function isIn(group: string | undefined, name: string, keycloak: Asked): Promise<boolean> {
  const user = await userNamed(keycloak, name);
  if (user === undefined) return false;
  const groups = await keycloak.list<KeycloakGroup>(`users/${user.id}/groups`);
  return groups.some(({ path }) => path === group);
}

function missed(path: string, name: string): string {
  return sentenceOf({
    path,
    found: `${page} people or more before them whose user names contain "${name}"`,
    allowed: "fewer, since the keycloak plugin finds nobody behind them",
    fix: `bring the team up without ${name}, put them into its group in Keycloak, then name them here`,
  });
}

function tooEarly(realm: string): string {
  return sentenceOf({
    path: `realm ${realm}`,
    found: "no such realm, and people who come from elsewhere (keycloak.people: external)",
    allowed: "people who are there",
    fix: "make the realm alone first (--target '**Realm**'), connect its directory, then bring up the rest",
  });
}
