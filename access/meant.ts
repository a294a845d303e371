/** What somebody means who types a name on a command line: a person, a team, a stack, a credential. */
import { nearest } from "./nearest";
import { listed } from "./problem";

/** The name as a file could have it: without what comes along when it is copied, in one case. */
function folded(name: string): string {
  return name.trim().toLowerCase();
}

/** The name itself, or the only one that differs from it in capitals and in blanks around it alone. */
export function meantOf(given: string, names: readonly string[]): string | undefined {
  if (names.includes(given)) return given;
  const alike = new Set(names.filter((name) => folded(name) === folded(given)));
  return alike.size === 1 ? [...alike][0] : undefined;
}

/**
 * @param names all that there are
 * @param kind completes "found no". Example: `stack`
 * @throws Error that says which there are, and which may be meant
 */
export function meantName(given: string, names: readonly string[], kind: string): string {
  const found = meantOf(given, names);
  if (found !== undefined) return found;
  const closest = nearest(given.trim(), names);
  const hint = closest === undefined ? "" : `; did you mean "${closest}"?`;
  throw new Error(
    `found no ${kind} ${JSON.stringify(given)}; allowed: ${listed([...new Set(names)])}${hint}`,
  );
}

/** Somebody by the names that a command line may give. */
export interface Named {
  readonly username: string;
  readonly email?: string | undefined;
}

/**
 * The user name of a person, given by it or by an e-mail address.
 *
 * @param declared those of `access.yaml`
 * @param realm those of Keycloak whose user name or address this may be
 * @throws Error if it is nobody, or one person in a place and another in the other
 */
export function meantPerson(given: string, declared: readonly Named[], realm: readonly Named[]): string {
  const word = folded(given);
  const isMeant = ({ username, email = "" }: Named) => folded(username) === word || folded(email) === word;
  const found = [...new Set([...declared, ...realm].filter(isMeant).map(({ username }) => username))];
  const [only, other] = found;
  if (only !== undefined && other === undefined) return only;
  if (only === undefined)
    return meantName(
      given,
      [...declared, ...realm].map(({ username }) => username),
      "person",
    );
  const places = (username: string) =>
    [
      ...(declared.some((one) => one.username === username) ? ["access.yaml"] : []),
      ...(realm.some((one) => one.username === username) ? ["Keycloak"] : []),
    ].join(" and ");
  const all = found.map((username) => `${username} (${places(username)})`).join(" or ");
  throw new Error(
    `found ${JSON.stringify(given)}, which may be ${all}; give the user name, or correct the e-mail address of one of them`,
  );
}
