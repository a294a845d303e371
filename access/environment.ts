/** Names of the environment variables of ours that more than one room reads. */

/** Private key that the head of the audit trail is signed with: the PEM text, or the file that holds it. */
export const auditKeyVariable = "BITBUCKET_KEYCLOAK_AUDIT_KEY";
/** Says that a person stands behind this run, and which SAML key they want to sign; set by the command alone. */
export const samlKeyVariable = "BITBUCKET_KEYCLOAK_SAML_KEY";

/** The name of the stack that has servers of its own on this machine. */
export const localStack = "local";

/** For processes that have no business with the trail: the engine, its plugins, and what those load. */
export function withoutAuditKey(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== auditKeyVariable));
}
