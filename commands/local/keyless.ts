/**
 * Whether pipelines of this machine can sign in without a secret: that takes a Keycloak with the extension, and the
 * extension takes a JDK to be compiled. Where either is missing it is said, and pipelines have a secret that rotates.
 */
import { say } from "@bitbucket-keycloak/output";
import { extensionId, isKeyless, type PipelineCredential, type Settings } from "../../access";
import { variable } from "../../access/environment";
import { extensionProblem, type Server } from "../../toolchain/build";
import { readLocalCredentials, type LocalCredentials } from "../../toolchain/environment";
import { KeycloakAdmin } from "../../clients/keycloak";
import { saveCredentials } from "./credentials";

/** Which Keycloak to start, none where `KEYCLOAK_URL` names one that runs; and why it is not the one of the setting. */
export async function serverFor(
  { pipelines }: Settings,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly keycloak: Server | "none"; readonly note?: string }> {
  if (env[variable.keycloakUrl] !== undefined) return { keycloak: "none" };
  if (!isKeyless(pipelines.credential)) return { keycloak: "plain" };
  const problem = await extensionProblem(env);
  if (problem === undefined) return { keycloak: "extended" };
  const note = `pipelines will sign in with a secret, because the Keycloak extension cannot be built: ${problem}`;
  return { keycloak: "plain", note };
}

/**
 * The ways to bring the stack up by, one run after the other, each for the variable `BITBUCKET_KEYCLOAK_CREDENTIAL`.
 * Undefined: as the setting says. What is not the setting's is remembered for other commands. A server that has got the
 * extension since the last run is moved to by way of both, so that no step is refused.
 */
export async function waysFor(
  { keycloak, pipelines }: Settings,
  credentials: LocalCredentials,
  env: NodeJS.ProcessEnv,
): Promise<readonly (PipelineCredential | undefined)[]> {
  if (!isKeyless(pipelines.credential)) return [undefined];
  const admin = KeycloakAdmin.from(keycloak.url, keycloak.realm, env);
  const isThere = (await admin.identityProviderTypes()).includes(extensionId);
  const before = readLocalCredentials()?.credential;
  const { keycloak: ofKeycloak, bitbucket, people } = credentials;
  await saveCredentials({
    ...(ofKeycloak && { keycloak: ofKeycloak }),
    bitbucket,
    ...(people && { people }),
    ...(!isThere && { credential: "rotated" }),
  });
  if (isThere) return before === "rotated" ? ["both", undefined] : [undefined];
  say(
    `pipelines sign in with a secret: Keycloak at ${keycloak.url} runs without the extension. Install it there (packages/keycloak-pipelines/README.md); if npm run local started it: npm run local -- stop, then npm run local`,
  );
  return ["rotated"];
}
