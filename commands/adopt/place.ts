/** Where the looks at one stack's realm and workspace lie, and which of them counts. */
import { join } from "node:path";
import { settingsOf } from "../../checkout/stack";
import { Records, type Subject } from "../../clients/look/records";
import { localFolder } from "../../toolchain/places";

/** Only the account that ran the look may read it: it names people and what they may do. */
export function looksFolder(stack: string): string {
  return join(localFolder, "adopt", stack);
}

/**
 * What the stack file says of both systems.
 *
 * @throws InvalidAccess with every problem of the stack file
 */
export function subjectOf(stack: string, folder: string, env: NodeJS.ProcessEnv): Subject {
  const { bitbucket, keycloak } = settingsOf(folder, stack, env);
  return { bitbucket, keycloak };
}

/**
 * The last look.
 *
 * @throws Error where there is none at these addresses
 */
export function lastLook(stack: string, subject: Subject): Records {
  const records = Records.last(looksFolder(stack), subject);
  if (records !== undefined) return records;
  const { bitbucket, keycloak } = subject;
  throw new Error(
    `there is no look at workspace ${bitbucket.workspace} and realm ${keycloak.realm} yet; take one: npm run adopt -- look ${stack}`,
  );
}
