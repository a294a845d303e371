/** What the examples of rules on realms have in common. */
export const realmType = "keycloak:index/realm:Realm";
export const eventsType = "keycloak:index/realmEvents:RealmEvents";

/** A realm that keeps every rule. */
export const goodRealm = {
  realm: "acme",
  enabled: true,
  attributes: { owners: "Ana Alvarez <ana@acme.example>, Ben Okafor <ben@acme.example>" },
  registrationAllowed: false,
  verifyEmail: true,
  duplicateEmailsAllowed: false,
  editUsernameAllowed: false,
  sslRequired: "external",
  passwordPolicy: "length(12) and notUsername(undefined)",
  securityDefenses: { bruteForceDetection: { maxLoginFailures: 5 } },
  accessTokenLifespan: "5m0s",
  ssoSessionIdleTimeout: "30m0s",
  ssoSessionMaxLifespan: "10h0m0s",
  revokeRefreshToken: true,
  refreshTokenMaxReuse: 0,
};
