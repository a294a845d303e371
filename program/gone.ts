/**
 * Whether whoever answers for an account can still sign in. What was granted to one account alone follows no team: after an
 * off-boarding, a run that reads what is there would give it back for as long as the file says it.
 */
import { visible } from "@bitbucket-keycloak/output";
import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../access";
import { KeycloakError } from "../clients/keycloak";
import { userNamed } from "../clients/named";

type Asked = Parameters<typeof userNamed>[0];

/**
 * @param asked settled once Keycloak may be asked
 * @returns false for an account that nobody answers for, and for whoever is not there yet. A preview whose account may not
 *   see people takes them to be there
 */
export function goneIn(
  { people, agents }: Pick<Model, "people" | "agents">,
  administration: () => Asked,
  asked: Promise<unknown>,
): (account: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return async (account) => {
    const owner = agents.find((one) => one.account === account)?.owner;
    const person = people.find((one) =>
      owner === undefined ? one.account === account : one.username === owner,
    );
    if (person === undefined) return false;
    await asked;
    const answer = known.get(person.username) ?? isDisabled(administration(), person);
    known.set(person.username, answer);
    return answer;
  };
}

async function isDisabled(
  keycloak: Asked,
  { username, previously }: Model["people"][number],
): Promise<boolean> {
  try {
    const user =
      (await userNamed(keycloak, username)) ??
      (previously === undefined ? undefined : await userNamed(keycloak, previously));
    if (user === undefined || user.enabled === true) return false;
  } catch (error) {
    const mayNotSee = error instanceof KeycloakError && error.status === 403;
    if (!pulumi.runtime.isDryRun() || !mayNotSee) throw error;
    return false;
  }
  const text = `${username} is disabled in Keycloak: what was granted to them, or to an agent of theirs, alone is left out`;
  void pulumi.log.warn(visible(text));
  return true;
}
