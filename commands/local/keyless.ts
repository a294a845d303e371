/**
 * Whether pipelines of this machine can sign in without a secret: that takes a Keycloak with the extension, and the
 * extension takes a JDK to be compiled. Where either is missing it is said, and pipelines have a secret that rotates.
 */
import { extensionId, isKeyless, type PipelineCredential, type Settings } from "../../access";
import type { Toolchain } from "../../toolchain/build";
import { readLocalCredentials, type LocalCredentials } from "../../toolchain/environment";
import { ensureExtendedKeycloak, extensionProblem } from "../../toolchain/extension";
import type { Progress } from "../../toolchain/progress";
import { versions } from "../../toolchain/versions";
import { KeycloakAdmin } from "../../clients/keycloak";
import { saveCredentials } from "./credentials";

/** The folder of the Keycloak to start; undefined where `KEYCLOAK_URL` names one that runs. */
export async function distributionFor(
  { pipelines }: Settings,
  { keycloak }: Toolchain,
  progress: Progress,
): Promise<string | undefined> {
  if (keycloak === undefined || !isKeyless(pipelines.credential)) return keycloak;
  const problem = await extensionProblem(process.env);
  if (problem === undefined) return ensureExtendedKeycloak(versions.keycloak, process.env, progress);
  console.error(
    `pipelines will sign in with a secret, because the Keycloak extension cannot be built: ${problem}`,
  );
  return keycloak;
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
  console.error(
    `pipelines sign in with a secret: Keycloak at ${keycloak.url} runs without the extension. Install it there (packages/keycloak-pipelines/README.md); if npm run local started it: npm run local -- stop, then npm run local`,
  );
  return ["rotated"];
}
