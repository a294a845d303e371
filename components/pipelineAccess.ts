/**
 * What lets one repository's pipeline, deploying to one environment, sign in to Keycloak: the deployment
 * environment, a client of its own, and one secured variable that holds both halves of the credential, so that
 * no step can start between two of them.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DesiredDeployment, EnvironmentType } from "../access";
import type { Realm } from "./realm";

export interface PipelineAccessArgs {
  realm: Realm;
  /** Slug of the workspace. */
  workspace: string;
  deployment: DesiredDeployment;
}

export class PipelineAccess extends pulumi.ComponentResource {
  /** Client id of the pipeline. Example: `pipeline.payments-api.dev`. */
  readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: PipelineAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:PipelineAccess", name, {}, opts);
    const { client, credential } = this.placeClient(name, args);
    const environment = this.placeEnvironment(name, args);

    new bitbucket.DeploymentVariables(
      name,
      {
        workspace: args.workspace,
        repository: args.deployment.repository,
        environment: environment.uuid,
        variables: [
          { key: variables.credential, value: credential, secured: true },
          { key: variables.tokenUrl, value: args.realm.tokenUrl, secured: false },
        ],
      },
      { parent: this },
    );

    this.clientId = client.clientId;
    this.registerOutputs({ clientId: this.clientId });
  }

  /** A service account that says which pipeline it is and can do nothing else. */
  private placeClient(name: string, { realm, deployment }: PipelineAccessArgs) {
    const inside = realm.inside(this);
    const secret = new random.RandomPassword(
      `${name}-secret`,
      { length: 48, special: false },
      { parent: this },
    );
    const client = new keycloak.openid.Client(
      name,
      {
        realmId: realm.id,
        clientId: clientIdOf(deployment),
        name: `Pipeline of ${deployment.repository} to ${deployment.environment}`,
        accessType: "CONFIDENTIAL",
        clientSecret: secret.result,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        fullScopeAllowed: false,
      },
      inside,
    );
    new keycloak.openid.HardcodedClaimProtocolMapper(
      name,
      {
        realmId: realm.id,
        clientId: client.id,
        name: "pipeline",
        claimName: "pipeline",
        claimValue: `${deployment.project}/${deployment.repository}:${deployment.environment}`,
        claimValueType: "String",
        addToIdToken: false,
        addToUserinfo: false,
      },
      inside,
    );
    return { client, credential: pulumi.secret(pulumi.interpolate`${client.clientId}:${secret.result}`) };
  }

  private placeEnvironment(
    name: string,
    { workspace, deployment }: PipelineAccessArgs,
  ): bitbucket.Deployment {
    return new bitbucket.Deployment(
      name,
      {
        workspace,
        repository: deployment.repository,
        name: deployment.environment,
        type: typeNames[deployment.type],
        adminOnly: deployment.restricted,
      },
      { parent: this },
    );
  }
}

/** Dots, since the name of an environment holds none: no two pipelines can share a client. */
export function clientIdOf({
  repository,
  environment,
}: Pick<DesiredDeployment, "repository" | "environment">): string {
  return `pipeline.${repository}.${environment}`;
}

/** Names of the variables that a deploying step finds. */
export const variables = {
  /** Secured, `client_id:client_secret`: what `curl --user` takes. */
  credential: "KEYCLOAK_CREDENTIAL",
  tokenUrl: "KEYCLOAK_TOKEN_URL",
} as const;

const typeNames = { test: "Test", staging: "Staging", production: "Production" } as const satisfies Record<
  EnvironmentType,
  string
>;
