/**
 * What lets one repository's pipeline, deploying to one environment, sign in to Keycloak: the deployment
 * environment, a credential that turns, and one secured variable that holds both halves of it, so that no step can
 * start between two of them.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "@pulumi/rotation";
import type { DesiredDeployment, EnvironmentType } from "../access";
import type { Held } from "./memory";
import { proves } from "./proof";
import type { Realm } from "./realm";
import { RotatedCredential, type RotatedCredentialArgs } from "./rotatedCredential";

export interface PipelineAccessArgs {
  realm: Realm;
  /** Slug of the workspace. */
  workspace: string;
  deployment: DesiredDeployment;
  rotation: Pick<
    RotatedCredentialArgs,
    "asOf" | "memory" | "administration" | "period" | "overlap" | "byHand"
  >;
}

export class PipelineAccess extends pulumi.ComponentResource {
  /** Client id of the credential in use. Example: `pipeline-a.payments-api.dev`. */
  readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: PipelineAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:PipelineAccess", name, {}, opts);
    const { project, repository, environment: target } = args.deployment;
    const credential = new RotatedCredential(
      name,
      {
        ...args.rotation,
        realm: args.realm,
        clientIds: { a: clientIdOf(args.deployment, "a"), b: clientIdOf(args.deployment, "b") },
        title: `Pipeline of ${repository} to ${target}`,
        claims: { pipeline: `${project}/${repository}:${target}` },
        published: publishedIn(args.rotation.memory.held(bitbucket.DeploymentVariables.token, name)),
      },
      { parent: this },
    );
    const environment = this.placeEnvironment(name, args);

    new bitbucket.DeploymentVariables(
      name,
      {
        workspace: args.workspace,
        repository: args.deployment.repository,
        environment: environment.uuid,
        variables: [
          { key: variables.credential, value: credential.credential, secured: true },
          { key: variables.tokenUrl, value: args.realm.tokenUrl, secured: false },
        ],
      },
      {
        parent: this,
        dependsOn: [...credential.ready],
        hooks: { beforeCreate: [prove], beforeUpdate: [prove] },
      },
    );

    this.clientId = credential.clientId;
    this.registerOutputs({ clientId: this.clientId });
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
export function clientIdOf(
  { repository, environment }: Pick<DesiredDeployment, "repository" | "environment">,
  slot: Slot,
): string {
  return `pipeline-${slot}.${repository}.${environment}`;
}

/** The credential among a list of variables, as the state has it. */
function publishedIn(list: pulumi.Output<Held | undefined>): pulumi.Output<string | undefined> {
  return list.apply((held) => {
    const entries = (held?.variables ?? []) as readonly { readonly key: string; readonly value?: string }[];
    return entries.find(({ key }) => key === variables.credential)?.value;
  });
}

/** Names of the variables that a deploying step finds. */
export const variables = {
  /** Secured, `client_id:client_secret`: what `curl --user` takes. */
  credential: "KEYCLOAK_CREDENTIAL",
  tokenUrl: "KEYCLOAK_TOKEN_URL",
} as const;

const prove = proves(variables.credential, variables.tokenUrl);

const typeNames = { test: "Test", staging: "Staging", production: "Production" } as const satisfies Record<
  EnvironmentType,
  string
>;
