/** Where the audit trail lies. */
import { join } from "node:path";

/** Folder of the trail; a pipeline keeps it from run to run. */
export const folderVariable = "BITBUCKET_KEYCLOAK_AUDIT";

/**
 * Default: beside the state of this checkout, which Git ignores.
 *
 * @param cwd the folder of Pulumi.yaml
 */
export function auditFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const given = env[folderVariable];
  return given === undefined || given === "" ? join(cwd, ".local", "audit") : given;
}
