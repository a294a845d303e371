/** Who started a command, from where, and as whom it acts. */
import { hostname, userInfo } from "node:os";
import { gitText } from "../checkout/git";
import type { Began, Person } from "./entry";
import { variable } from "../access/environment";
import { accountOfClient } from "../access/names";

/**
 * In a step of Bitbucket Pipelines, whoever triggered that: Bitbucket says so itself. At a terminal, whom the machine has
 * signed in, and what they call themselves in Git: a claim, but theirs.
 *
 * https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */
export async function operatorOf(cwd: string, env: NodeJS.ProcessEnv): Promise<Person> {
  const account = env[variable.triggererUuid];
  if (isGiven(account)) return { account };
  const said = (setting: string) => gitText(cwd, ["config", setting]).catch(() => "");
  const [name, email] = [await said("user.name"), await said("user.email")];
  return {
    ...(isGiven(name) && { name }),
    ...(isGiven(email) && { email }),
    machine: `${userInfo().username} on ${hostname()}`,
  };
}

/** The step that a command runs in; undefined outside of Bitbucket Pipelines. */
export function pipelineOf(env: NodeJS.ProcessEnv): Began["pipeline"] {
  const { [variable.repositoryName]: repository, [variable.buildNumber]: build } = env;
  const { [variable.pipelineUuid]: pipeline, [variable.stepUuid]: step, [variable.branch]: branch } = env;
  const { [variable.deploymentEnvironment]: environment } = env;
  if (!isGiven(repository) || !isGiven(pipeline)) return undefined;
  return {
    repository,
    pipeline,
    ...(isGiven(build) && { build }),
    ...(isGiven(step) && { step }),
    ...(isGiven(environment) && { environment }),
    ...(isGiven(branch) && { branch }),
  };
}

/** As Keycloak's log of admin events calls the account that the credentials are of. */
export function keycloakAccountOf(env: NodeJS.ProcessEnv): string | undefined {
  const {
    [variable.keycloakUser]: user,
    [variable.keycloakPassword]: password,
    [variable.keycloakClientId]: client,
  } = env;
  if (isGiven(user) && isGiven(password)) return user.toLowerCase();
  return isGiven(client) ? accountOfClient(client) : undefined;
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
