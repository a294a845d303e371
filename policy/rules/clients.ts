/** What the examples of rules on clients have in common. */
export const oidcClient = "keycloak:openid/client:Client";
export const samlClient = "keycloak:saml/client:Client";

/** A client that keeps every rule: people sign in with it. */
export const goodClient = {
  realmId: "acme",
  clientId: "bitbucket",
  accessType: "CONFIDENTIAL",
  clientSecret: "of an example",
  standardFlowEnabled: true,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  fullScopeAllowed: false,
  pkceCodeChallengeMethod: "S256",
  validRedirectUris: ["https://bitbucket.acme.example/plugins/servlet/oidc/callback"],
};
