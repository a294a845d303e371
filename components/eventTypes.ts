/**
 * What the event log keeps of what people and programs do. Without a list, Keycloak keeps its own choice, which leaves
 * out three kinds of refusal that an investigation asks for: of a refresh (a spent token is a stolen one, perhaps), of
 * a token that a service asked about, and of one that was shown to the realm itself.
 *
 * The list is Keycloak 26.7's own, `enabledEventTypes` of a new realm, and those three.
 */

/** Kept with their errors. */
const acts = [
  "AUTHREQID_TO_TOKEN",
  "CLIENT_DELETE",
  "CLIENT_INITIATED_ACCOUNT_LINKING",
  "CLIENT_LOGIN",
  "CLIENT_REGISTER",
  "CLIENT_UPDATE",
  "CODE_TO_TOKEN",
  "CUSTOM_REQUIRED_ACTION",
  "DELETE_ACCOUNT",
  "EXECUTE_ACTIONS",
  "EXECUTE_ACTION_TOKEN",
  "FEDERATED_IDENTITY_LINK",
  "FEDERATED_IDENTITY_OVERRIDE_LINK",
  "GRANT_CONSENT",
  "IDENTITY_PROVIDER_FIRST_LOGIN",
  "IDENTITY_PROVIDER_LINK_ACCOUNT",
  "IDENTITY_PROVIDER_LOGIN",
  "IDENTITY_PROVIDER_POST_LOGIN",
  "IMPERSONATE",
  "INVITE_ORG",
  "JWT_AUTHORIZATION_GRANT",
  "LOGIN",
  "LOGOUT",
  "OAUTH2_DEVICE_AUTH",
  "OAUTH2_DEVICE_CODE_TO_TOKEN",
  "OAUTH2_DEVICE_VERIFY_USER_CODE",
  "OAUTH2_EXTENSION_GRANT",
  "REGISTER",
  "REMOVE_CREDENTIAL",
  "REMOVE_FEDERATED_IDENTITY",
  "REMOVE_TOTP",
  "RESET_PASSWORD",
  "RESTART_AUTHENTICATION",
  "REVOKE_GRANT",
  "SEND_IDENTITY_PROVIDER_LINK",
  "SEND_RESET_PASSWORD",
  "SEND_VERIFY_EMAIL",
  "TOKEN_EXCHANGE",
  "UPDATE_CONSENT",
  "UPDATE_CREDENTIAL",
  "UPDATE_EMAIL",
  "UPDATE_PASSWORD",
  "UPDATE_PROFILE",
  "UPDATE_TOTP",
  "VERIFIABLE_CREDENTIAL_CREATE_OFFER",
  "VERIFIABLE_CREDENTIAL_OFFER_REQUEST",
  "VERIFIABLE_CREDENTIAL_PRE_AUTHORIZED_GRANT",
  "VERIFIABLE_CREDENTIAL_REQUEST",
  "VERIFY_EMAIL",
  "VERIFY_PROFILE",
] as const;

export const eventTypes: readonly string[] = [
  ...acts.flatMap((act) => [act, `${act}_ERROR`]),
  "PERMISSION_TOKEN",
  "USER_DISABLED_BY_PERMANENT_LOCKOUT",
  "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
  // What Keycloak would leave out.
  "INTROSPECT_TOKEN_ERROR",
  "REFRESH_TOKEN_ERROR",
  "USER_INFO_REQUEST_ERROR",
].sort();
