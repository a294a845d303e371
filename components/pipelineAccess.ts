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
  environmentTypeNames,
} from "../access";
import { KeylessCredential } from "./keylessCredential";
import type { StoredOutputs } from "./memory";
import { keepsAWay } from "./move";
import { proves } from "./proof";
import type { BitbucketSignIn } from "./bitbucketSignIn";
import { roleId } from "./people";
import type { Right } from "./pipelineRight";
import type { Realm } from "./realm";
import { RotatedCredential, type RotatedCredentialArgs } from "./rotatedCredential";
import type { TrustedWorkspace } from "./trustedWorkspace";

export interface PipelineAccessArgs {
  realm: Realm;
  /** Slug of the workspace. */
  workspace: string;
  deployment: DesiredDeployment;
  /** The client whose roles say what a token's holder may do. */
  roles: Pick<BitbucketSignIn, "id" | "roleIds">;
  rotation: Pick<
    RotatedCredentialArgs,
    "asOf" | "memory" | "administration" | "period" | "overlap" | "byHand"
  >;
  /** The realm's trust in the workspace's pipelines: needed where the credential is `keyless` or `both`. */
  trusted?: TrustedWorkspace;
}

/** One way in, as far as the variables are concerned. */
interface Way {
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
    super("bitbucket-keycloak:index:PipelineAccess", name, {}, opts);
    const { credential, repository } = args.deployment;
    const { trusted } = args;
    if (isKeyless(credential) && trusted === undefined) {
      const problem = `pipeline ${name}: found no trusted workspace; a keyless credential needs one: pass "trusted"`;
      throw new pulumi.ResourceError(problem, this, true);
    }
    const environment = this.placeEnvironment(name, args);
    const keyless =
      isKeyless(credential) && trusted ? [this.placeKeyless(name, { ...args, trusted }, environment)] : [];
    const rotated = isRotated(credential) ? [this.placeRotated(name, args)] : [];
    const ways: readonly Way[] = [...keyless, ...rotated];
    const proofs = ways.map(({ proof }) => proof);

    new bitbucket.DeploymentVariables(
      name,
      {
        workspace: args.workspace,
        repository,
        environment: environment.uuid,
        variables: ways.flatMap((way) => [...way.variables]),
      },
      {
        parent: this,
        dependsOn: ways.flatMap(({ ready }) => [...ready]),
        hooks: { beforeCreate: proofs, beforeUpdate: [keepAWay, ...proofs] },
      },
    );

    this.clientId = pulumi.output(ways[0]?.clientId ?? "");
    this.registerOutputs({ clientId: this.clientId });
  }

  private placeKeyless(
    name: string,
    args: PipelineAccessArgs & { trusted: TrustedWorkspace },
    { uuid }: bitbucket.Deployment,
  ): Way {
    const { realm, workspace, deployment, trusted } = args;
    const [clientId, right] = [clientIdOf(deployment), this.rightOf(args)];
    const all = { realm, workspace, trusted, deployment, right, environment: uuid, clientId };
    return new KeylessCredential(name, all, { parent: this });
  }

  private placeRotated(name: string, args: PipelineAccessArgs): Way {
    const { realm, deployment, rotation } = args;
    const { project, repository, environment: target } = deployment;
    const { credential, clientId, ready } = new RotatedCredential(
      name,
      {
        ...rotation,
        realm,
        clientIds: { a: clientIdOf(deployment, "a"), b: clientIdOf(deployment, "b") },
        title: `Pipeline of ${repository} to ${target}`,
        right: this.rightOf(args),
        claims: { pipeline: `${project}/${repository}:${target}` },
        published: publishedIn(rotation.memory.stored(bitbucket.DeploymentVariables.token, name)),
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

  private rightOf({ deployment: { role }, roles }: PipelineAccessArgs): Right {
    return { role, roleId: roleId(roles.roleIds, role, this), clientId: roles.id };
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
        type: environmentTypeNames[deployment.type],
        adminOnly: deployment.restricted,
      },
      { parent: this },
    );
  }
}

/** The credential among a list of variables, as the state has it. */
function publishedIn(list: pulumi.Output<StoredOutputs | undefined>): pulumi.Output<string | undefined> {
  return list.apply((stored) => {
    const entries = (stored?.variables ?? []) as readonly { readonly key: string; readonly value?: string }[];
    return entries.find(({ key }) => key === rotatedVariables.credential)?.value;
  });
}

const prove = proves(rotatedVariables.credential, rotatedVariables.tokenUrl);
const keepAWay = keepsAWay([rotatedVariables.credential, keylessVariables.clientId]);
