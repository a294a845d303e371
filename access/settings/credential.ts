/**
 * How a pipeline signs in to Keycloak. `keyless`: by the OIDC token of its own step, so that nothing is stored; only
 * where not every writer can have such a token. `rotated`: by a secret in a variable. `both`: for the time of a move
 * from one to the other, in which steps with either get in.
 */
import type { Model, Repository, Settings } from "../model";
import type { EnvironmentName, PipelineCredential } from "../vocabulary";

/** Id of the type of identity provider that the Keycloak extension brings; keyless needs it. */
export const extensionId = "bitbucket-pipelines";

/** The repository's own, or else that of the stack's setting. */
export function credentialOf(
  { credential }: Pick<Repository, "credential">,
  { pipelines }: Pick<Settings, "pipelines">,
): PipelineCredential {
  return credential ?? pipelines.credential;
}

/** Whether steps may sign in by their own token: `keyless` and `both`. */
export const isKeyless = (credential: PipelineCredential): boolean => credential !== "rotated";
/** Whether a secret is stored and rotates: `rotated` and `both`. */
export const isRotated = (credential: PipelineCredential): boolean => credential !== "keyless";

/**
 * What a keyless pipeline is bound to, besides repository and environment. Whoever may write to a repository may put
 * `deployment: production` into a branch of their own, so one of both has to hold: only administrators deploy to the
 * environment, or the step runs on a protected branch.
 *
 * @returns no branch where the environment is restricted; else the first protected branch that is written out, since
 *   a token has to name it exactly; undefined where there is neither
 */
export function boundOf(
  { branches }: Repository,
  environment: EnvironmentName,
  { environments }: Pick<Model, "environments">,
): { readonly branch?: string } | undefined {
  if (environments.find(({ name }) => name === environment)?.restricted) return {};
  const branch = boundBranch(branches);
  return branch === undefined ? undefined : { branch };
}

/** The first protected branch that is written out. */
export function boundBranch(branches: Repository["branches"]): string | undefined {
  return branches.find(({ pattern }) => !pattern.includes("*"))?.pattern;
}
