/** Where the audit trail lies. */
import { join } from "node:path";

/** Folder of the trail; a pipeline keeps it from run to run. */
export const folderVariable = "BITBUCKET_KEYCLOAK_AUDIT";
/** Name of a folder in it: pipelines that run at once write a trail each, and all of them are read together. */
export const writerVariable = "BITBUCKET_KEYCLOAK_AUDIT_WRITER";

/**
 * What is read. Default: beside the state of this checkout, which Git ignores.
 *
 * @param cwd the folder of Pulumi.yaml
 */
export function auditFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const given = env[folderVariable];
  return given === undefined || given === "" ? join(cwd, ".local", "audit") : given;
}

/**
 * Where this run writes.
 *
 * @throws if the name would lead out of the folder
 */
export function writingFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const writer = env[writerVariable] ?? "";
  if (writer !== "" && !/^[\w][\w.-]*$/.test(writer))
    throw new Error(
      `found "${writer}" in ${writerVariable}; allowed: the name of a folder, as deploy-prod: letters, digits, - _ .`,
    );
  return join(auditFolder(env, cwd), writer);
}
