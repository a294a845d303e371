/**
 * A realm's trust in the pipelines of one Bitbucket workspace: the identity provider of the Keycloak extension. Nobody
 * signs in through it; it says whose tokens a keyless client may be signed in with, and what they have to name.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { extensionId } from "../access";
import type { Realm } from "./realm";
import { refuse } from "./validate";

export interface TrustedWorkspaceArgs {
  realm: Realm;
  /** Slug of the workspace. Example: `acme`. */
  workspace: string;
  /**
   * Whether only administrators deploy to the realm's environment, so that a client is bound to it; otherwise it is
   * bound to the environment and a protected branch.
   */
  restricted: boolean;
}

export class TrustedWorkspace extends pulumi.ComponentResource {
  /** What clients name it by. */
  readonly alias: pulumi.Output<string>;
  /** The workspace as an issuer of tokens. */
  readonly issuer: bitbucket.PipelinesIssuer;

  constructor(name: string, args: TrustedWorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { realm, workspace, restricted } = args;
    refuse(
      !/^[a-z0-9_-]+$/.test(workspace) && {
        path: `trusted workspace ${name}: workspace`,
        found: JSON.stringify(workspace),
        allowed: "the slug of a workspace",
        fix: "give what follows bitbucket.org/ in its address, as in acme",
      },
    );
    super("bitbucket-keycloak:index:TrustedWorkspace", name, {}, opts);
    this.issuer = new bitbucket.PipelinesIssuer(workspace, { workspace }, { parent: this });
    const provider = new keycloak.oidc.IdentityProvider(
      workspace,
      {
        realm: realm.id,
        alias: extensionId,
        displayName: `Bitbucket Pipelines of ${workspace}`,
        providerId: extensionId,
        enabled: realm.on("identity provider", extensionId),
        // Keycloak sets it by itself where tokens only prove clients.
        hideOnLoginPage: true,
        storeToken: false,
        validateSignature: true,
        issuer: this.issuer.issuer,
        extraConfig: {
          workspaceUuid: this.issuer.workspaceUuid,
          boundTo: restricted ? "environment" : "environment and branch",
        },
        ...unused,
      },
      realm.inside(this),
    );
    this.alias = provider.alias;
    this.registerOutputs({ alias: this.alias });
  }
}

/** What a login broker would need, and the type of resource asks for. */
const unused = { authorizationUrl: "", tokenUrl: "", clientId: "none", clientSecret: "none" };
