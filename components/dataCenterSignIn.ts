/**
 * How people sign in to Bitbucket Data Center: by OIDC, with a client whose secret rotates. Two clients take turns, equal in
 * all that Bitbucket looks at: one exact redirect URI, PKCE, and the claims that it matches accounts and groups by. What
 * Bitbucket held before a rotation stays good until its own next one.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { signInClients, type SignIn } from "../access";
import { provesSignIn } from "./proof";
import type { Realm } from "./realm";
import { RotatedCredential, type RotatedCredentialArgs } from "./rotatedCredential";

/** How the secret rotates. */
export type SignInRotation = Pick<
  RotatedCredentialArgs,
  "asOf" | "memory" | "administration" | "period" | "overlap" | "byHand"
>;

export interface DataCenterSignInArgs {
  realm: Realm;
  signIn: Pick<SignIn, "url" | "publish">;
  rotation: SignInRotation;
  /** Role that holds all others, so that tokens say what their holder may do. Undefined: there is nothing to say. */
  everyRight?: pulumi.Input<string>;
}

export class DataCenterSignIn extends pulumi.ComponentResource {
  /** Of the slot in use. */
  readonly clientId: pulumi.Output<string>;
  /** Secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** The one address that Keycloak sends people back to. */
  readonly redirectUri: string;

  constructor(name: string, args: DataCenterSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:DataCenterSignIn", name, {}, opts);
    const { realm, signIn, rotation } = args;
    const problem = redirectProblem(signIn.url);
    if (problem !== undefined) throw new pulumi.ResourceError(problem, this, true);
    this.redirectUri = redirectUri(signIn.url);

    const publishes = signIn.publish === "rest";
    const credential = new RotatedCredential(
      name,
      {
        ...rotation,
        realm,
        clientIds: signInClients,
        title: "Bitbucket",
        flow: signInFlow(this.redirectUri, signIn.url),
        ...(publishes && { published: this.toldLast(name, rotation) }),
      },
      { parent: this },
    );
    const slots = (["a", "b"] as const).flatMap((slot) =>
      this.placeClaims(`${name}-${slot}`, args, credential.clients[slot]),
    );
    if (publishes) this.tell(name, args, credential, slots);
    this.clientId = credential.clientId;
    this.clientSecret = credential.secret;

    this.registerOutputs({
      clientId: this.clientId,
      clientSecret: this.clientSecret,
      redirectUri: this.redirectUri,
    });
  }

  /** `client_id:client_secret` that the last run told Bitbucket. */
  private toldLast(name: string, { memory }: SignInRotation): pulumi.Output<string | undefined> {
    return memory.stored(bitbucket.DataCenterClient.token, name).apply((stored) => {
      const { clientId, clientSecret } = (stored ?? {}) as Record<string, string | undefined>;
      return clientId === undefined ? undefined : `${clientId}:${clientSecret ?? ""}`;
    });
  }

  private tell(
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
    { realm, everyRight }: DataCenterSignInArgs,
    client: keycloak.openid.Client,
  ): pulumi.Resource[] {
    const inside = realm.inside(this);
    const on = { realmId: realm.id, clientId: client.id };
    const properties = Object.entries(propertyClaims).map(([claim, property]) => {
      const mapper = { ...on, name: claim, claimName: claim, userProperty: property };
      return new keycloak.openid.UserPropertyProtocolMapper(`${name}-${claim}`, mapper, inside);
    });
    const groups = { ...on, name: "groups", claimName: "groups", fullPath: false };
    return [
      new keycloak.openid.ClientDefaultScopes(name, { ...on, defaultScopes: [...defaultScopes] }, inside),
      // None: whoever may ask for offline_access gets a session that outlives the others.
      new keycloak.openid.ClientOptionalScopes(name, { ...on, optionalScopes: [] }, inside),
      ...properties,
      new keycloak.openid.FullNameProtocolMapper(`${name}-name`, { ...on, name: "name" }, inside),
      new keycloak.openid.GroupMembershipProtocolMapper(`${name}-groups`, groups, inside),
      ...(everyRight === undefined
        ? []
        : [new keycloak.GenericRoleMapper(name, { ...on, roleId: everyRight }, inside)]),
    ];
  }
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

/** Why an address cannot become an exact redirect URI, or undefined. */
export function redirectProblem(url: string): string | undefined {
  const fix = `set signIn.url to the address of one Bitbucket, for example "https://bitbucket.acme.example"`;
  if (url.includes("*")) return `signIn.url: found "${url}", a wildcard is not allowed: ${fix}`;
  if (!URL.canParse(url)) return `signIn.url: found "${url}", which is no address: ${fix}`;
  const { protocol, hostname, search, hash } = new URL(url);
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && loopback)) {
    return `signIn.url: found "${url}", only https is allowed outside this machine: ${fix}`;
  }
  if (search !== "" || hash !== "")
    return `signIn.url: found "${url}", a query or fragment is not allowed: ${fix}`;
  return undefined;
}
