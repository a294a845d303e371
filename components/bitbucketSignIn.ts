/** How people sign in to Bitbucket, in either world: Data Center by OIDC, Cloud by SAML. */
import * as pulumi from "@pulumi/pulumi";
import { type SignIn } from "../access";
import type { Certificate } from "../clients/realmKeys";
import { atlassianSteps } from "./atlassianSteps";
import { CloudSignIn, cloudProblem } from "./cloudSignIn";
import type { Context } from "./context";
import { DataCenterSignIn, redirectProblem } from "./dataCenterSignIn";
import type { Realm } from "./realm";
import type { Rights } from "./rights";
import { rotationProblem, type RotationArgs } from "./rotation/rotationArgs";
import type { SamlKey } from "./rotation/samlKey";
import { refuse } from "./validate";

export interface BitbucketSignInArgs {
  realm: Realm;
  /** The roles that tokens of `oidc` say of their holders. */
  rights: Pick<Rights, "id" | "roleIds">;
  /** Kind and address of the Bitbucket, and how it learns of a secret. */
  signIn: SignIn;
  /** How the secret of `oidc` rotates. */
  rotation: RotationArgs;
  /** The key that signs `saml`. Default: its certificate is not shown. */
  samlKey?: SamlKey;
  context: Context;
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
  /** The stack's own output. */
  readonly shown: pulumi.Output<DataCenterOutputs | CloudOutputs>;

  constructor(name: string, args: BitbucketSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    const { signIn, samlKey, rotation } = args;
    const isDataCenter = signIn.kind === "oidc";
    refuse(
      isDataCenter ? redirectProblem(signIn.url) : cloudProblem(name, signIn),
      isDataCenter && rotationProblem(`sign-in ${name}`, rotation),
    );
    super("bitbucket-keycloak:index:BitbucketSignIn", name, {}, opts);
    if (isDataCenter) {
      const { clientId, clientSecret, redirectUri } = new DataCenterSignIn(name, args, { parent: this });
      this.shown = pulumi.output({ clientId, clientSecret, redirectUri });
    } else {
      this.shown = shownOf(signIn, new CloudSignIn(name, args, { parent: this }), samlKey);
    }
    this.registerOutputs({});
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
