/** Where the audit trail lies. */
import { join } from "node:path";
import { variable } from "../access/environment";

/**
 * What is read. Default: beside the state of this checkout, which Git ignores.
 *
 * @param cwd the folder of Pulumi.yaml
 */
export function auditFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const given = env[variable.auditFolder];
  return given === undefined || given === "" ? join(cwd, ".local", "audit") : given;
}

/**
 * Where this run writes.
 *
 * @throws if the name would lead out of the folder
 */
export function writingFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const writer = env[variable.auditWriter] ?? "";
  if (writer !== "" && !/^[\w][\w.-]*$/.test(writer))
    throw new Error(
      `found "${writer}" in ${variable.auditWriter}; allowed: the name of a folder, as deploy-prod: letters, digits, - _ .`,
    );
  return join(auditFolder(env, cwd), writer);
}
