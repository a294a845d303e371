/**
 * How people sign in to Bitbucket Data Center: by OIDC, with a client whose secret rotates. Two clients take turns, equal in
 * all that Bitbucket looks at: one exact redirect URI, PKCE, and the claims that it matches accounts and groups by. What
 * Bitbucket held before a rotation stays good until its own next one.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { everyRight, signInClients, type SignIn } from "../access";
import { shown } from "../access/problem";
import type { Context } from "./context";
import { provesSignIn } from "./hooks/provesSignIn";
import type { Realm } from "./realm";
import type { Rights } from "./rights";
import { RotatedCredential } from "./rotation/rotatedCredential";
import type { RotationArgs } from "./rotation/rotationArgs";
import { refuse, type ArgumentProblem } from "./validate";

export interface DataCenterSignInArgs {
  realm: Realm;
  /** The roles that tokens say of their holders. */
  rights: Pick<Rights, "id" | "roleIds">;
  /** Address of the Bitbucket, and how it learns of a new secret: by `hand`, or by `rest`. */
  signIn: Pick<SignIn, "url" | "publish">;
  /** How the secret rotates. */
  rotation: RotationArgs;
  context: Context;
}

export class DataCenterSignIn extends pulumi.ComponentResource {
  /** Of the slot in use. */
  readonly clientId: pulumi.Output<string>;
  /** Secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** The one address that Keycloak sends people back to. */
  readonly redirectUri: string;

  constructor(name: string, args: DataCenterSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    const { realm, signIn, rotation, context } = args;
    refuse(redirectProblem(signIn.url));
    super("bitbucket-keycloak:index:DataCenterSignIn", name, {}, opts);
    this.redirectUri = redirectUri(signIn.url);

    const publishes = signIn.publish === "rest";
    const credential = new RotatedCredential(
      name,
      {
        realm,
        rotation,
        context,
        clientIds: signInClients,
        title: "Bitbucket",
        flow: signInFlow(this.redirectUri, signIn.url),
        ...(publishes && { published: publishedIn(name, context) }),
      },
      { parent: this },
    );
    const allRoles = this.placeEveryRight(args);
    const slots = (["a", "b"] as const).flatMap((slot) =>
      this.placeClaims(`${name}-${slot}`, realm, credential.clients[slot], allRoles),
    );
    if (publishes) this.publish(name, args, credential, slots);
    this.clientId = credential.clientId;
    this.clientSecret = credential.secret;

    this.registerOutputs({
      clientId: this.clientId,
      clientSecret: this.clientSecret,
      redirectUri: this.redirectUri,
    });
  }

  /** The role that holds all others, so that tokens say what their holder may do; undefined where there is none. */
  private placeEveryRight({ realm, rights }: DataCenterSignInArgs): keycloak.Role | undefined {
    if (rights.roleIds.size === 0) return undefined;
    return new keycloak.Role(
      everyRight,
      {
        realmId: realm.id,
        clientId: rights.id,
        name: everyRight,
        description: "Brings the other roles into the tokens of the sign-in. Give it to nobody",
        compositeRoles: [...rights.roleIds.values()],
      },
      realm.inside(this),
    );
  }

  private publish(
    name: string,
    { realm, signIn }: DataCenterSignInArgs,
    { clientId, secret, ready }: RotatedCredential,
    slots: readonly pulumi.Resource[],
  ): void {
    const proof = [provesSignIn()];
    new bitbucket.DataCenterClient(
      name,
      { url: signIn.url, issuer: realm.issuer, clientId, clientSecret: secret },
      {
        parent: this,
        dependsOn: [...ready, ...slots],
        hooks: { beforeCreate: proof, beforeUpdate: proof },
      },
    );
  }

  /** The claims are mapped on the client itself, so that a change of the realm's shared scopes takes none away. */
  private placeClaims(
    name: string,
    realm: Realm,
    client: keycloak.openid.Client,
    allRoles: keycloak.Role | undefined,
  ): pulumi.Resource[] {
    const inside = realm.inside(this);
    const on = { realmId: realm.id, clientId: client.id };
    const properties = Object.entries(propertyClaims).map(([claim, property]) => {
      const mapper = { ...on, name: claim, claimName: claim, userProperty: property };
      return new keycloak.openid.UserPropertyProtocolMapper(`${name}-${claim}`, mapper, inside);
    });
    const groups = {
      ...on,
      name: "groups",
      claimName: "groups",
      fullPath: false,
      addToTokenIntrospection: true,
    };
    return [
      new keycloak.openid.ClientDefaultScopes(name, { ...on, defaultScopes: [...defaultScopes] }, inside),
      // None: whoever may ask for offline_access gets a session that outlives the others.
      new keycloak.openid.ClientOptionalScopes(name, { ...on, optionalScopes: [] }, inside),
      ...properties,
      new keycloak.openid.FullNameProtocolMapper(`${name}-name`, { ...on, name: "name" }, inside),
      new keycloak.openid.GroupMembershipProtocolMapper(`${name}-groups`, groups, inside),
      ...(allRoles === undefined
        ? []
        : [new keycloak.GenericRoleMapper(name, { ...on, roleId: allRoles.id }, inside)]),
    ];
  }
}

/** `client_id:client_secret` that the last run gave Bitbucket. */
function publishedIn(name: string, { lastState }: Context): pulumi.Output<string | undefined> {
  return lastState.outputsOf(bitbucket.DataCenterClient.token, name).apply((stored) => {
    const { clientId, clientSecret } = (stored ?? {}) as Record<string, string | undefined>;
    return clientId === undefined ? undefined : `${clientId}:${clientSecret ?? ""}`;
  });
}

const defaultScopes = ["acr", "basic", "email", "profile", "roles", "web-origins"] as const;
const propertyClaims = { email: "email", preferred_username: "username" } as const;

/** Authorization code with PKCE, and nothing else. */
function signInFlow(redirect: string, url: string): Partial<keycloak.openid.ClientArgs> {
  return {
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    pkceCodeChallengeMethod: "S256",
    fullScopeAllowed: false,
    validRedirectUris: [redirect],
    validPostLogoutRedirectUris: [url],
    webOrigins: [],
    baseUrl: url,
  };
}

/**
 * Where Bitbucket Data Center takes people back to, by Atlassian's "OpenID Connect for Atlassian Data Center
 * applications".
 */
export function redirectUri(url: string): string {
  return `${url.replace(/\/+$/, "")}/plugins/servlet/oidc/callback`;
}

/** Why an address cannot become an exact redirect URI; undefined if it can. */
export function redirectProblem(url: string): ArgumentProblem | undefined {
  const allowed = redirectRefusal(url);
  if (allowed === undefined) return undefined;
  return {
    path: "signIn.url",
    found: shown(url),
    allowed,
    fix: 'set it to the address of one Bitbucket, for example "https://bitbucket.acme.example"',
  };
}

/** What is allowed, in the words for what such an address lacks. */
function redirectRefusal(url: string): string | undefined {
  if (url.includes("*")) return "an address without a wildcard";
  if (!URL.canParse(url)) return "an address";
  const { protocol, hostname, search, hash } = new URL(url);
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && loopback)) return "https outside this machine";
  return search === "" && hash === "" ? undefined : "an address without a query or fragment";
}
