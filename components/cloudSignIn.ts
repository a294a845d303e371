/**
 * How people sign in to Bitbucket Cloud: by SAML, through Atlassian Guard. Atlassian makes the connection and shows its id
 * only after somebody has pasted the realm's certificate there; so the realm comes up first, with the steps to take, and
 * the client follows once the id is known.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import {
  serviceProviderOf,
  type ServiceProvider,
  type SignIn,
  claimNames,
  realmPaths,
  samlAttributes,
} from "../access";
import type { Realm } from "./realm";
import { refuse, type ArgumentProblem } from "./validate";

export interface CloudSignInArgs {
  realm: Realm;
  /** Address of the Bitbucket, and the connection that Atlassian has shown; `pending` until it has. */
  signIn: SignIn;
}

export class CloudSignIn extends pulumi.ComponentResource {
  /** How Atlassian knows the realm. */
  readonly entityId: pulumi.Output<string>;
  /** Where Atlassian sends people to sign in. */
  readonly ssoUrl: pulumi.Output<string>;
  /** All of it, certificates included, for whoever reads metadata. */
  readonly metadataUrl: pulumi.Output<string>;
  /** Undefined until Atlassian has shown the connection. */
  readonly serviceProvider: ServiceProvider | undefined;

  constructor(name: string, { realm, signIn }: CloudSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(cloudProblem(name, signIn));
    super("bitbucket-keycloak:index:CloudSignIn", name, {}, opts);
    this.entityId = realm.issuer;
    this.ssoUrl = pulumi.interpolate`${realm.issuer}${realmPaths.saml}`;
    this.metadataUrl = pulumi.interpolate`${realm.issuer}${realmPaths.samlMetadata}`;
    this.serviceProvider = serviceProviderOf(signIn);
    if (this.serviceProvider !== undefined) this.placeClient(name, realm, signIn.url, this.serviceProvider);
    this.registerOutputs({ entityId: this.entityId, ssoUrl: this.ssoUrl, metadataUrl: this.metadataUrl });
  }

  private placeClient(name: string, realm: Realm, url: string, provider: ServiceProvider): void {
    const inside = realm.inside(this);
    const client = new keycloak.saml.Client(
      name,
      { realmId: realm.id, ...samlClient(provider, url), enabled: realm.on("client", provider.entityId) },
      inside,
    );
    for (const [attribute, property] of Object.entries(samlAttributes)) {
      new keycloak.saml.UserPropertyProtocolMapper(
        `${name}-${attribute}`,
        {
          realmId: realm.id,
          clientId: client.id,
          name: attribute,
          userProperty: property,
          samlAttributeName: `${claimNames}${attribute}`,
          samlAttributeNameFormat: "URI Reference",
        },
        inside,
      );
    }
  }
}

/** What is wrong with a sign-in by SAML. */
export function cloudProblem(name: string, { kind, connection }: SignIn): ArgumentProblem | undefined {
  if (kind === "saml" && connection !== "none") return undefined;
  return {
    path: `sign-in ${name}: signIn`,
    found: `kind ${kind} and connection ${connection}`,
    allowed: "kind saml, and a connection or pending",
    fix: 'write "pending", bring the stack up, and follow the steps of its output bitbucketSignIn',
  };
}

/**
 * As Atlassian wants it: NameID is the e-mail address, whatever the request asks for; the assertion is signed, the request
 * is not. One exact address takes responses. Of roles nothing is said.
 */
function samlClient(
  { entityId, acs }: ServiceProvider,
  url: string,
): Omit<keycloak.saml.ClientArgs, "realmId"> {
  return {
    clientId: entityId,
    name: "Bitbucket Cloud",
    nameIdFormat: "email",
    forceNameIdFormat: true,
    signAssertions: true,
    signDocuments: false,
    signatureAlgorithm: "RSA_SHA256",
    signatureKeyName: "KEY_ID",
    canonicalizationMethod: "EXCLUSIVE",
    clientSignatureRequired: false,
    encryptAssertions: false,
    includeAuthnStatement: true,
    forcePostBinding: true,
    frontChannelLogout: false,
    fullScopeAllowed: false,
    validRedirectUris: [acs],
    assertionConsumerPostUrl: acs,
    baseUrl: url,
  };
}
