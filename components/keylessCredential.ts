/**
 * A pipeline that signs in to Keycloak by the OIDC token of its own step: a client that takes nothing else, bound to the
 * repository and to an environment that only administrators deploy to, or to the environment and a protected branch.
 * Nothing is stored, so nothing has to be rotated and nothing can leak.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredDeployment, bindingOf, keylessVariables, titleOfPipeline } from "../access";
import { placeRight, type Right } from "./pipelineRight";
import { provesKeyless, type Probe } from "./hooks/provesKeyless";
import type { Realm } from "./realm";
import type { TrustedWorkspace } from "./trustedWorkspace";

export interface KeylessCredentialArgs {
  realm: Realm;
  /** The realm's trust in the workspace's pipelines. */
  trusted: TrustedWorkspace;
  /** Repository, environment, and what the pipeline is bound to. */
  deployment: DesiredDeployment;
  /** The one role of its tokens. */
  right: Right;
  /** UUID of the repository. */
  repositoryUuid: pulumi.Input<string>;
  /** UUID of the deployment environment. */
  environment: pulumi.Input<string>;
  /** Of the client. Example: `pipeline.payments-api.dev`. */
  clientId: string;
}

export class KeylessCredential extends pulumi.ComponentResource {
  static readonly token = "bitbucket-keycloak:index:KeylessCredential";
  readonly clientId: pulumi.Output<string>;
  /** What a deploying step finds: names only, none of them secret. */
  readonly variables: readonly { key: string; value: pulumi.Output<string>; secured: false }[];
  /** What has to be ready before they are published. */
  readonly ready: readonly pulumi.Resource[];
  /** Before they are published: whether Keycloak would take such a step's token. */
  readonly proof: pulumi.ResourceHookFunction;

  constructor(name: string, args: KeylessCredentialArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KeylessCredential.token, name, {}, opts);
    const { realm, trusted, deployment, repositoryUuid: uuid } = args;
    const { repository, branch } = deployment;
    const bound = pulumi
      .all([uuid, args.environment])
      .apply(([ofRepository, ofEnvironment]) => bindingOf(ofRepository, ofEnvironment, branch));

    const client = this.placeClient(name, args, bound);
    const inside = realm.inside(this);
    const mapper = this.placeClaim(name, args, client);
    this.ready = [client, mapper, ...placeRight(name, { client, right: args.right, inside })];
    this.clientId = client.clientId;
    this.variables = [
      { key: keylessVariables.issuer, value: realm.issuer, secured: false },
      { key: keylessVariables.audience, value: realm.issuer, secured: false },
      { key: keylessVariables.clientId, value: this.clientId, secured: false },
    ];
    const { issuer, jwksUrl, workspaceUuid } = trusted.issuer;
    this.proof = provesKeyless(
      // The client's id is known once it is there.
      pulumi
        .all([realm.issuer, issuer, jwksUrl, workspaceUuid, uuid, args.environment, client.id])
        .apply(([realmIssuer, iss, keys, ofWorkspace, repositoryUuid, deploymentEnvironmentUuid]): Probe => ({
          realmIssuer,
          jwksUrl: keys,
          claims: {
            iss,
            workspaceUuid: ofWorkspace,
            repositoryUuid,
            deploymentEnvironmentUuid,
            ...(branch !== undefined && { branchName: branch }),
          },
        })),
      `${repository} to ${deployment.environment}`,
    );
    this.registerOutputs({ clientId: this.clientId });
  }

  /** A service account that no secret signs in. */
  private placeClient(
    name: string,
    { realm, trusted, deployment, clientId }: KeylessCredentialArgs,
    bound: pulumi.Input<string>,
  ): keycloak.openid.Client {
    return new keycloak.openid.Client(
      name,
      {
        realmId: realm.id,
        clientId,
        enabled: realm.on("client", clientId),
        name: titleOfPipeline(deployment),
        accessType: "CONFIDENTIAL",
        // By this one Keycloak takes no secret, though it makes one up for every confidential client.
        clientAuthenticatorType: "federated-jwt",
        extraConfig: { "jwt.credential.issuer": trusted.alias, "jwt.credential.sub": bound },
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        fullScopeAllowed: false,
      },
      realm.inside(this),
    );
  }

  /** Its tokens say which pipeline it is. */
  private placeClaim(
    name: string,
    { realm, deployment }: KeylessCredentialArgs,
    client: keycloak.openid.Client,
  ): pulumi.Resource {
    const { project, repository, environment } = deployment;
    return new keycloak.openid.HardcodedClaimProtocolMapper(
      name,
      {
        realmId: realm.id,
        clientId: client.id,
        name: "pipeline",
        claimName: "pipeline",
        claimValue: `${project}/${repository}:${environment}`,
        claimValueType: "String",
        addToIdToken: false,
        addToUserinfo: false,
      },
      realm.inside(this),
    );
  }
}
