/**
 * The client that people sign in to Bitbucket with: one exact redirect URI, PKCE, the claims that Bitbucket
 * matches accounts and groups by, and the roles `<verb>:<target>` that say what a token's holder may do.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Realm } from "./realm";

export interface BitbucketSignInArgs {
  realm: Realm;
  /** Address of the Bitbucket that people sign in to. Example: `https://bitbucket.acme.example`. */
  url: string;
  /** Client id. Default: `bitbucket`. */
  clientId?: string;
  /** How often people have turned the secret: Bitbucket has to be told by hand. Default: 0. */
  turned?: number;
  /** Client roles to declare. Example: `["merge:PAY/payments-api"]`. */
  roles: readonly string[];
  /** Roles that hold others, which hold none. Default: none. */
  composites?: Readonly<Record<string, readonly string[]>>;
}

export class BitbucketSignIn extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /** Secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** The one address that Keycloak sends people back to. */
  readonly redirectUri: string;
  /** Id that Keycloak gave the client, which has the roles. */
  readonly id: pulumi.Output<string>;
  /** Ids of the roles, by name. */
  readonly roleIds: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: BitbucketSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:BitbucketSignIn", name, {}, opts);
    const problem = redirectProblem(args.url);
    if (problem !== undefined) throw new pulumi.ResourceError(problem, this, true);

    const inside = args.realm.inside(this);
    const secret = new random.RandomPassword(
      `${name}-secret`,
      { length: 48, special: false, keepers: { turn: String(args.turned ?? 0) } },
      { parent: this },
    );
    this.redirectUri = redirectUri(args.url);
    const client = new keycloak.openid.Client(
      name,
      {
        realmId: args.realm.id,
        clientId: args.clientId ?? "bitbucket",
        name: "Bitbucket",
        accessType: "CONFIDENTIAL",
        clientSecret: secret.result,
        ...signInFlow(this.redirectUri, args.url),
      },
      inside,
    );
    this.id = client.id;
    this.clientId = client.clientId;
    this.clientSecret = pulumi.secret(client.clientSecret);

    this.placeClaims(name, args.realm, client);
    this.roleIds = placeRoles(args, client.id, inside);

    this.registerOutputs({
      clientId: this.clientId,
      clientSecret: this.clientSecret,
      redirectUri: this.redirectUri,
    });
  }

  /** The claims are mapped on the client itself, so that a change of the realm's shared scopes takes none away. */
  private placeClaims(name: string, realm: Realm, client: keycloak.openid.Client): void {
    const inside = realm.inside(this);
    const on = { realmId: realm.id, clientId: client.id };
    new keycloak.openid.ClientDefaultScopes(name, { ...on, defaultScopes: [...defaultScopes] }, inside);
    // None: whoever may ask for offline_access gets a session that outlives the others.
    new keycloak.openid.ClientOptionalScopes(name, { ...on, optionalScopes: [] }, inside);
    for (const [claim, property] of Object.entries(propertyClaims)) {
      const mapper = { ...on, name: claim, claimName: claim, userProperty: property };
      new keycloak.openid.UserPropertyProtocolMapper(`${name}-${claim}`, mapper, inside);
    }
    new keycloak.openid.FullNameProtocolMapper(`${name}-name`, { ...on, name: "name" }, inside);
    const groups = { ...on, name: "groups", claimName: "groups", fullPath: false };
    new keycloak.openid.GroupMembershipProtocolMapper(`${name}-groups`, groups, inside);
  }
}

/** Those that hold others come after these. */
function placeRoles(
  { realm, roles, composites = {} }: BitbucketSignInArgs,
  clientId: pulumi.Output<string>,
  inside: pulumi.CustomResourceOptions,
): Map<string, pulumi.Output<string>> {
  const ids = new Map<string, pulumi.Output<string>>();
  const holds = (role: string) => composites[role] ?? [];
  for (const role of [...roles].sort((a, b) => holds(a).length - holds(b).length)) {
    const held = holds(role).flatMap((other) => ids.get(other) ?? []);
    const args = {
      realmId: realm.id,
      clientId,
      name: role,
      ...(held.length > 0 && { compositeRoles: held }),
    };
    ids.set(role, new keycloak.Role(role, args, inside).id);
  }
  return ids;
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
