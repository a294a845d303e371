/**
 * A realm as data: the settings that `verify` is about, each as the program makes it. A test breaks one of them, as
 * somebody in the console could, or says what a Keycloak with a fault would do; the server beside this file does what
 * the data says.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { rsaKey } from "./certificate";
import type { Client, Group, Mapper, Realm, SamlKey } from "./model";

export { clientOf, groupsOf, type Client, type Group, type Realm } from "./model";

const ecKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

/** A client that can do nothing but what is said of it. */
export function client(clientId: string, more: Partial<Client> = {}): Client {
  return {
    id: randomUUID(),
    clientId,
    secret: `secret-of-${clientId}`,
    enabled: true,
    publicClient: false,
    bearerOnly: false,
    serviceAccountsEnabled: false,
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    consentRequired: false,
    fullScopeAllowed: false,
    clientAuthenticatorType: "client-secret",
    redirectUris: [],
    attributes: {},
    defaultClientScopes: ["basic"],
    optionalClientScopes: [],
    mappers: [],
    mayShow: [],
    holds: [],
    ...more,
  };
}

/** Where Bitbucket takes people in: see the stack file in {@link "./broken"}. */
export const bitbucketUrl = "https://bitbucket.small.example";

/** Where Atlassian takes people in, once it has made up this connection. */
export const connection = "1f0e-5c3a";
export const acs = `https://auth.atlassian.com/login/callback?connection=saml-${connection}`;
export const entityId = `https://auth.atlassian.com/saml/${connection}`;

/** What the names of the attributes begin with that Atlassian reads. */
export const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

/** Made once: RSA keys take their time. */
const rsaKeys = [rsaKey()];

/** @param number which one; each is another */
export function samlKey(status: SamlKey["status"], providerPriority: number, number = 0): SamlKey {
  const pair = rsaKeys[number] ?? (rsaKeys[number] = rsaKey());
  return { ...pair, status, providerPriority, isPublished: true };
}

/** The claims that Bitbucket matches accounts and groups by. */
const identity: readonly Mapper[] = [
  { claim: "preferred_username", says: "username" },
  { claim: "email", says: "email" },
  { claim: "name", says: "name" },
  { claim: "groups", says: "groups" },
];

/** All that a person of any team may do. */
const rights = ["trigger:ONE", "merge:ONE/api", "merge:ONE/web"];

function signInClient(slot: "a" | "b", rotation: number): Client {
  return client(`bitbucket-${slot}`, {
    standardFlowEnabled: true,
    redirectUris: [`${bitbucketUrl}/plugins/servlet/oidc/callback`],
    attributes: {
      "rotation.number": `${rotation} 2026-01-01T00:00:00.000Z`,
      "pkce.code.challenge.method": "S256",
      "post.logout.redirect.uris": `${bitbucketUrl}/`,
    },
    mappers: [...identity],
    mayShow: [...rights],
  });
}

function pipelineClient(slot: "a" | "b", rotation: number): Client {
  const role = "deploy:ONE/api";
  return client(`pipeline-${slot}.api.dev`, {
    serviceAccountsEnabled: true,
    attributes: { "rotation.number": `${rotation} 2026-01-01T00:00:00.000Z` },
    mappers: [{ claim: "pipeline", says: "ONE/api:dev" }],
    mayShow: [role],
    holds: [role],
  });
}

/** @param address where it is, which is what it calls itself */
export function goodRealm(address: string): Realm {
  const byAdmin = (name: string) => ({ name, permissions: { view: ["admin", "user"], edit: ["admin"] } });
  const group = (name: string, roles: string[], subGroups: Group[] = []): Group => ({
    id: randomUUID(),
    name,
    roles,
    subGroups,
  });
  return {
    address,
    issuer: address,
    tokenEndpoint: `${address}/protocol/openid-connect/token`,
    codeChallengeMethods: ["plain", "S256"],
    registrationAllowed: false,
    duplicateEmailsAllowed: false,
    passwordLength: 12,
    bruteForceProtected: true,
    revokeRefreshToken: true,
    accessTokenLifespan: 300,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    eventsEnabled: true,
    adminEventsEnabled: true,
    eventsExpiration: 2_592_000,
    enabledEventTypes: [
      "LOGIN",
      "LOGIN_ERROR",
      "REFRESH_TOKEN_ERROR",
      "TOKEN_EXCHANGE_ERROR",
      "INTROSPECT_TOKEN_ERROR",
      "CLIENT_LOGIN_ERROR",
    ],
    profile: { attributes: ["username", "email", "firstName", "lastName"].map(byAdmin) },
    sharedMappers: [],
    keys: { published: ecKey(), strange: ecKey(), leaked: false },
    scopes: new Map([
      ["openid", []],
      ["basic", []],
      ["profile", []],
      ["roles", []],
      ["offline_access", []],
      ["agent:bot", []],
      ["merge:ONE/api", ["merge:ONE/api"]],
      ["merge:ONE/web", ["merge:ONE/web"]],
    ]),
    composites: {},
    groups: [
      group("guests", []),
      group("makers", ["trigger:ONE"], [group("hands", []), group("leads", ["merge:ONE/api"])]),
    ],
    people: [],
    clients: [
      client("account", { publicClient: true, redirectUris: [`${address}/account/*`] }),
      client("bitbucket", { bearerOnly: true }),
      signInClient("a", 2),
      signInClient("b", 1),
      client(entityId, { redirectUris: [acs] }),
      pipelineClient("a", 0),
      pipelineClient("b", 1),
      client("pipeline.web.dev", {
        serviceAccountsEnabled: true,
        clientAuthenticatorType: "federated-jwt",
      }),
      client("agent.bot", {
        clientAuthenticatorType: "client-jwt",
        attributes: {
          "access.token.lifespan": "300",
          "use.refresh.tokens": "false",
          "standard.token.exchange.enabled": "true",
        },
        defaultClientScopes: ["basic", "profile", "roles"],
        optionalClientScopes: ["merge:ONE/api", "merge:ONE/web"],
      }),
      client("agents", {
        publicClient: true,
        standardFlowEnabled: true,
        consentRequired: true,
        redirectUris: ["http://127.0.0.1/callback"],
        optionalClientScopes: ["agent:bot"],
      }),
    ],
    saml: {
      entityId: address,
      signInUrl: `${address}/protocol/saml`,
      keys: [samlKey("ACTIVE", 100)],
      says: {
        nameId: "email",
        nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        attributes: {
          [`${claims}givenname`]: "firstName",
          [`${claims}surname`]: "lastName",
          [`${claims}name`]: "id",
        },
        isSigned: true,
      },
    },
    faults: {},
  };
}
