/**
 * How people sign in to Bitbucket, in either world, and the roles `<verb>:<target>` that say what they may do there. The
 * roles lie on a client of their own that nobody signs in by, so that another way to sign in moves none of them.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { type SignIn, everyRight, rightsClient } from "../access";
import { atlassianSteps } from "./atlassianSteps";
import { CloudSignIn } from "./cloudSignIn";
import { DataCenterSignIn, type SignInRotation } from "./dataCenterSignIn";
import type { Realm } from "./realm";
import type { SamlKey } from "./samlKey";
import type { Certificate } from "../clients/realmKeys";

export interface BitbucketSignInArgs {
  realm: Realm;
  signIn: SignIn;
  /** How the secret of `oidc` rotates. */
  rotation: SignInRotation;
  /** The key that signs `saml`. */
  samlKey?: SamlKey;
  /** Client roles to declare. Example: `["merge:PAY/payments-api"]`. */
  roles: readonly string[];
  /** Roles that hold others, which hold none. Default: none. */
  composites?: Readonly<Record<string, readonly string[]>>;
}

/** What a person has to know of it, by kind: `oidc`. */
export interface DataCenterOutputs {
  readonly clientId: string;
  /** Secret. */
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** What a person has to know of it, by kind: `saml`. */
export interface CloudOutputs {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly metadataUrl: string;
  /** PEM, of the key that signs. */
  readonly certificate?: string;
  /** SHA-256 of it. */
  readonly fingerprint?: string;
  /** Of the key that is to sign next, where there is one. */
  readonly next?: Certificate;
  /** What is left to do at Atlassian's, in order. */
  readonly steps: readonly string[];
}

export class BitbucketSignIn extends pulumi.ComponentResource {
  /** Id that Keycloak gave the client that has the roles. */
  readonly id: pulumi.Output<string>;
  /** Ids of the roles, by name. */
  readonly roleIds: ReadonlyMap<string, pulumi.Output<string>>;
  /** The stack's own output. */
  readonly shown: pulumi.Output<DataCenterOutputs | CloudOutputs>;

  constructor(name: string, args: BitbucketSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:BitbucketSignIn", name, {}, opts);
    const { realm, signIn, rotation, samlKey } = args;
    const rights = this.placeRights(realm);
    this.id = rights.id;
    this.roleIds = placeRoles(args, rights.id, realm.inside(this));

    if (signIn.kind === "oidc") {
      const all = this.placeEveryRight(realm, rights);
      const { clientId, clientSecret, redirectUri } = new DataCenterSignIn(
        name,
        { realm, signIn, rotation, ...(all && { everyRight: all.id }) },
        { parent: this },
      );
      this.shown = pulumi.output({ clientId, clientSecret, redirectUri });
    } else {
      this.shown = shownOf(signIn, new CloudSignIn(name, { realm, signIn }, { parent: this }), samlKey);
    }
    this.registerOutputs({});
  }

  private placeRights(realm: Realm): keycloak.openid.Client {
    return new keycloak.openid.Client(
      "rights",
      {
        realmId: realm.id,
        clientId: rightsClient,
        name: "Rights at Bitbucket",
        description: "Holds the roles that say who may do what; nobody signs in by it",
        accessType: "BEARER-ONLY",
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: false,
        fullScopeAllowed: false,
      },
      realm.inside(this),
    );
  }

  private placeEveryRight(realm: Realm, rights: keycloak.openid.Client): keycloak.Role | undefined {
    if (this.roleIds.size === 0) return undefined;
    return new keycloak.Role(
      everyRight,
      {
        realmId: realm.id,
        clientId: rights.id,
        name: everyRight,
        description: "Brings the other roles into the tokens of the sign-in. Give it to nobody",
        compositeRoles: [...this.roleIds.values()],
      },
      realm.inside(this),
    );
  }
}

function shownOf(
  signIn: SignIn,
  { entityId, ssoUrl, metadataUrl, serviceProvider }: CloudSignIn,
  samlKey: SamlKey | undefined,
): pulumi.Output<CloudOutputs> {
  return pulumi
    .all([entityId, ssoUrl, metadataUrl, samlKey?.signing, samlKey?.next])
    .apply(([entity, sso, metadata, signing, next]) => ({
      entityId: entity,
      ssoUrl: sso,
      metadataUrl: metadata,
      ...(signing && { certificate: signing.pem, fingerprint: signing.fingerprint }),
      ...(next && { next }),
      steps: atlassianSteps(signIn, { entityId: entity, ssoUrl: sso }, serviceProvider),
    }));
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
    const stored = holds(role).flatMap((other) => ids.get(other) ?? []);
    const args = {
      realmId: realm.id,
      clientId,
      name: role,
      ...(stored.length > 0 && { compositeRoles: stored }),
    };
    ids.set(role, new keycloak.Role(role, args, inside).id);
  }
  return ids;
}
