/**
 * What lets one repository's pipeline, deploying to one environment, sign in to Keycloak: the deployment environment, a
 * client that the step's own token signs in, or a credential that rotates, or for the time of a move both; and the
 * variables that tell a step of it. A secret stands in one of them with its client's id, so that no step can start
 * between two halves.
 */
import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";
import {
  isKeyless,
  isRotated,
  type DesiredDeployment,
  keylessVariables,
  clientIdOf,
  rotatedVariables,
  titleOfPipeline,
  environmentTypeNames,
} from "../access";
import { formerlyWithAll } from "./formerly";
import { KeylessCredential, type KeylessCredentialArgs } from "./keylessCredential";
import type { Context } from "./context";
import { keepsSignInMethod } from "./hooks/keepsSignInMethod";
import { provesVariables } from "./hooks/provesVariables";
import type { Right } from "./pipelineRight";
import type { Realm } from "./realm";
import { roleIdOf, type Rights } from "./rights";
import type { Stored } from "./rotation/lastState";
import { RotatedCredential } from "./rotation/rotatedCredential";
import { rotationProblem, type RotationArgs } from "./rotation/rotationArgs";
import { takingOver } from "./takeOver";
import type { TrustedWorkspace } from "./trustedWorkspace";
import { refuse } from "./validate";

export interface PipelineAccessArgs {
  realm: Realm;
  /** Slug of the workspace. */
  workspace: string;
  /** Repository, environment, kind of credential (`keyless`, `rotated` or `both`), and the role of its tokens. */
  deployment: DesiredDeployment;
  /** The client whose roles say what a token's holder may do. */
  rights: Pick<Rights, "id" | "roleIds">;
  /** How a `rotated` credential rotates. */
  rotation: RotationArgs;
  /** The realm's trust in the workspace's pipelines: needed where the credential is `keyless` or `both`. */
  trusted?: TrustedWorkspace | undefined;
  context: Context;
}

/** One method of signing in, as far as the variables are concerned. */
interface Method {
  readonly clientId: pulumi.Output<string>;
  readonly variables: readonly { key: string; value: pulumi.Input<string>; secured: boolean }[];
  /** What has to be ready before the variables are published. */
  readonly ready: readonly pulumi.Resource[];
  readonly proof: pulumi.ResourceHookFunction;
}

export class PipelineAccess extends pulumi.ComponentResource {
  /** Client id of the credential in use. Example: `pipeline.payments-api.dev`, or `pipeline-a.payments-api.dev`. */
  readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: PipelineAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { credential, repository, role, formerNames = [] } = args.deployment;
    const { trusted } = args;
    refuse(
      isKeyless(credential) &&
        trusted === undefined && {
          path: `pipeline ${name}: trusted`,
          found: "nothing",
          allowed: "a trusted workspace, which a keyless credential needs",
          fix: 'pass "trusted", or set the credential to rotated',
        },
      isRotated(credential) && rotationProblem(`pipeline ${name}`, args.rotation),
    );
    const roleId = roleIdOf(`pipeline ${name}`, role, args.rights);
    const right = { role, roleId, clientId: args.rights.id };
    super(
      "bitbucket-keycloak:index:PipelineAccess",
      name,
      {},
      pulumi.mergeOptions(opts, formerlyWithAll(args.deployment.formerNames)),
    );
    const { uuid: repositoryUuid } = this.placeIdentity(name, args);
    const on = { workspace: args.workspace, repository, repositoryUuid };
    const environment = this.placeEnvironment(name, on, args);
    const keyless =
      isKeyless(credential) && trusted
        ? [
            this.placeKeyless(name, { ...args, trusted }, right, {
              repositoryUuid,
              environment: environment.uuid,
            }),
          ]
        : [];
    const rotated = isRotated(credential) ? [this.placeRotated(name, args, right)] : [];
    const methods: readonly Method[] = [...keyless, ...rotated];
    const proofs = methods.map(({ proof }) => proof);

    new bitbucket.DeploymentVariables(
      name,
      {
        ...on,
        environment: environment.uuid,
        variables: methods.flatMap((method) => [...method.variables]),
        ...(args.deployment.owned?.includes("variables")
          ? { others: "remove" as const }
          : takingOver(args.context, bitbucket.DeploymentVariables.token, [name, ...formerNames])),
      },
      {
        parent: this,
        dependsOn: methods.flatMap(({ ready }) => [...ready]),
        hooks: { beforeCreate: proofs, beforeUpdate: [keepMethod, ...proofs] },
      },
    );

    this.clientId = pulumi.output(methods[0]?.clientId ?? "");
    this.registerOutputs({ clientId: this.clientId });
  }

  private placeKeyless(
    name: string,
    { realm, deployment, trusted }: PipelineAccessArgs & { trusted: TrustedWorkspace },
    right: Right,
    bound: Pick<KeylessCredentialArgs, "repositoryUuid" | "environment">,
  ): Method {
    const all = { realm, trusted, deployment, right, ...bound, clientId: clientIdOf(deployment) };
    return new KeylessCredential(name, all, { parent: this });
  }

  private placeRotated(name: string, args: PipelineAccessArgs, right: Right): Method {
    const { realm, deployment, rotation, context } = args;
    const { project, repository, environment: target, formerNames = [] } = deployment;
    const { credential, clientId, ready } = new RotatedCredential(
      name,
      {
        realm,
        rotation,
        context,
        clientIds: { a: clientIdOf(deployment, "a"), b: clientIdOf(deployment, "b") },
        title: titleOfPipeline(deployment),
        right,
        claims: { pipeline: `${project}/${repository}:${target}` },
        formerNames,
        published: publishedIn(
          context.lastState.outputsOf(bitbucket.DeploymentVariables.token, name, ...formerNames),
        ),
      },
      { parent: this },
    );
    return {
      clientId,
      variables: [
        { key: rotatedVariables.credential, value: credential, secured: true },
        { key: rotatedVariables.tokenUrl, value: realm.tokenUrl, secured: false },
      ],
      ready,
      proof: prove,
    };
  }

  /** It stood in the keyless credential before every pipeline had one. */
  private placeIdentity(
    name: string,
    { workspace, deployment: { repository, formerNames = [] } }: PipelineAccessArgs,
  ): bitbucket.RepositoryIdentity {
    const parent = pulumi.createUrn(name, KeylessCredential.token, this);
    const aliases = [name, ...formerNames].map((former) => ({ name: former, parent }));
    return new bitbucket.RepositoryIdentity(name, { workspace, repository }, { parent: this, aliases });
  }

  private placeEnvironment(
    name: string,
    on: { workspace: string; repository: string; repositoryUuid: pulumi.Output<string> },
    { deployment, context }: Pick<PipelineAccessArgs, "deployment" | "context">,
  ): bitbucket.Deployment {
    const names = [name, ...(deployment.formerNames ?? [])];
    return new bitbucket.Deployment(
      name,
      {
        ...on,
        name: deployment.environment,
        type: environmentTypeNames[deployment.type],
        adminOnly: deployment.restricted,
        ...takingOver(context, bitbucket.Deployment.token, names),
      },
      { parent: this },
    );
  }
}

/** The credential among a list of variables, as the state has it. */
function publishedIn(list: pulumi.Output<Stored | undefined>): pulumi.Output<string | undefined> {
  return list.apply((stored) => {
    const entries = (stored?.variables ?? []) as readonly { readonly key: string; readonly value?: string }[];
    return entries.find(({ key }) => key === rotatedVariables.credential)?.value;
  });
}

const prove = provesVariables(rotatedVariables.credential, rotatedVariables.tokenUrl);
const keepMethod = keepsSignInMethod([rotatedVariables.credential, keylessVariables.clientId]);
