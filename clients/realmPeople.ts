/** People whom a stack names and another system makes: which of them are in the realm. */
import type { DesiredKeycloak } from "../access";
import type { KeycloakAdmin } from "./keycloak";
import { userNamed } from "./named";

type Asked = Pick<KeycloakAdmin, "get" | "people">;

/** So many people Keycloak gives in one answer. */
const page = 100;

/** Somebody whom a stack names, and who has to be in the realm. */
interface NamedPerson {
  readonly name: string;
  /** As what. Example: `team payments: member dora`. */
  readonly path: string;
}

/** Members of teams, and those who have a right of their own. */
export function namedBy({ groups, people }: Pick<DesiredKeycloak, "groups" | "people">): NamedPerson[] {
  const members = groups.flatMap(({ name: team, members = [] }) =>
    members.map((name) => ({ name, path: `team ${team}: member ${name}` })),
  );
  const alone = people.filter(({ roles }) => roles.length > 0);
  return [...members, ...alone.map(({ username: name }) => ({ name, path: `person ${name}` }))];
}

/** Ids by user name, of those who are there. One by one, or all of the realm at once: what takes fewer requests. */
export async function idsOf(names: readonly string[], keycloak: Asked): Promise<ReadonlyMap<string, string>> {
  const count = (await keycloak.get<number>("users/count")) ?? 0;
  if (count <= names.length * page) {
    const all = await keycloak.people("users");
    return new Map(all.map(({ username, id }) => [username.toLowerCase(), id]));
  }
  const found = new Map<string, string>();
  for (const name of names) {
    const user = await userNamed(keycloak, name);
    if (user !== undefined) found.set(name, user.id);
  }
  return found;
}
