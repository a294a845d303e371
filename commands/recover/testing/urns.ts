/** Names of a state, as the engine gives them. */
export const urn = (type: string, name: string) => `urn:pulumi:local::bitbucket-keycloak::${type}::${name}`;
export const provider = `${urn("pulumi:providers:keycloak", "keycloak")}::1234`;
export const parent = urn("bitbucket-keycloak:index:Teams", "teams");
