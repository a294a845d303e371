/**
 * What the stack's state has of the last run, read by the program itself. Only so is it known what was really published:
 * an output of the stack would be one of a run that came to its end, and a run may end in between.
 */
import * as pulumi from "@pulumi/pulumi";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

/** Properties of a resource as the state has them. */
export type Stored = Readonly<Record<string, unknown>>;

export interface LastState {
  /**
   * @param type type token, `random:index/randomPassword:RandomPassword`
   * @param former what it was called before, by which it is known as long as no run has ended by which it has its name
   * @returns outputs of the resource, secret; undefined where the state has no such resource
   */
  outputsOf(type: string, name: string, ...former: readonly string[]): pulumi.Output<Stored | undefined>;
}

interface Answer {
  readonly outputs?: Readonly<Record<string, { readonly outputs?: Stored }>>;
}

/** A resource that the state has. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Stored;
}

/** The state of the stack that runs, as its last run left it, whatever this one writes into it. Asks the engine. */
export function recordOfStack(): pulumi.Output<readonly Recorded[]> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer = pulumi.runtime.invokeOutput<Answer>("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return answer.apply(({ outputs = {} }) =>
    Object.entries(outputs).map(([urn, { outputs: stored }]) => ({
      urn,
      type: readUrn(urn).type,
      ...(stored && { outputs: stored }),
    })),
  );
}

/** Looks up in what is known of the stack that runs. Default: asks the engine once, whatever is looked up. */
export function lastStateOfStack(record = recordOfStack()): LastState {
  const byName = record.apply((all) => new Map(all.map((one) => [keyOf(one.urn), one.outputs])));
  return {
    outputsOf: (type, ...names) =>
      pulumi.secret(
        byName.apply((all) =>
          names.map((name) => all.get(`${type}::${name}`)).find((one) => one !== undefined),
        ),
      ),
  };
}

function keyOf(urn: string): string {
  const { type, name } = readUrn(urn);
  return `${type}::${name}`;
}
