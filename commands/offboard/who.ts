/** Who is to go: one person in Keycloak and in `access.yaml`, however a command line names them. */
import { meantOf, meantPerson, type Person } from "../../access";
import type { KeycloakUser } from "../../clients/keycloak";
import { usersWith, type Asked } from "../../clients/named";

/**
 * @param given user name or e-mail address, in any case
 * @throws Error if it is nobody, or one person here and another there
 */
export async function whoIs(
  given: string,
  declared: readonly Person[],
  keycloak: Asked,
): Promise<{ readonly person: string; readonly user?: KeycloakUser }> {
  const word = given.trim().toLowerCase();
  if (word === "") throw new Error('found ""; allowed: the user name or the e-mail address of a person');
  const users = [
    ...(await usersWith(keycloak, "username", word)),
    ...(word.includes("@") ? await usersWith(keycloak, "email", word) : []),
  ];
  let person: string;
  try {
    person = meantPerson(given, declared, users);
  } catch (error) {
    const hint = `of who was off-boarded before, npm run audit -- --who ${word} tells`;
    throw users.length > 0 ? error : new Error(`${(error as Error).message}; ${hint}`, { cause: error });
  }
  const all = users.length > 0 ? users : await usersWith(keycloak, "username", person);
  const user = all.find(({ username }) => meantOf(username, [person]) !== undefined);
  return { person, ...(user && { user }) };
}
