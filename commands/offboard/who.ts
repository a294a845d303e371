/** Who is to go: one person in Keycloak and in `access.yaml`, however a command line names them. */
import { meantOf, meantPerson, type Person } from "../../access";
import type { KeycloakAdmin, KeycloakUser } from "../../clients/keycloak";

/**
 * @param given user name or e-mail address, in any case
 * @throws Error if it is nobody, or one person here and another there
 */
export async function whoIs(
  given: string,
  declared: readonly Person[],
  keycloak: Pick<KeycloakAdmin, "get">,
): Promise<{ readonly person: string; readonly user?: KeycloakUser }> {
  const found = async (query: Readonly<Record<string, string>>) =>
    (await keycloak.get<KeycloakUser[]>("users", { ...query, exact: "true" })) ?? [];
  const word = given.trim().toLowerCase();
  if (word === "") throw new Error('found ""; allowed: the user name or the e-mail address of a person');
  const users = [
    ...(await found({ username: word })),
    ...(word.includes("@") ? await found({ email: word }) : []),
  ];
  let person: string;
  try {
    person = meantPerson(given, declared, users);
  } catch (error) {
    const hint = `of who was off-boarded before, npm run audit -- --who ${word} tells`;
    throw users.length > 0 ? error : new Error(`${(error as Error).message}; ${hint}`, { cause: error });
  }
  const all = users.length > 0 ? users : await found({ username: person });
  const user = all.find(({ username }) => meantOf(username, [person]) !== undefined);
  return { person, ...(user && { user }) };
}
