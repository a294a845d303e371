/**
 * What the stack's state remembers from the last run, read by the program itself. Only so is it known what was really
 * published: an output of the stack would be one of a run that came to its end, and a run may end in between.
 */
import * as pulumi from "@pulumi/pulumi";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { type Administration } from "./proof";

/** Properties of a resource as the state has them. */
export type StoredOutputs = Readonly<Record<string, unknown>>;

export interface Memory {
  /**
   * @param type type token, `random:index/randomPassword:RandomPassword`
   * @returns secret; undefined where the state has no such resource
   */
  stored(type: string, name: string): pulumi.Output<StoredOutputs | undefined>;
}

interface Answer {
  readonly outputs?: Readonly<Record<string, { readonly outputs?: StoredOutputs }>>;
}

/** What all schedules of a run share. */
export interface RotationPlan {
  /** The moment to judge by. */
  readonly asOf: Date;
  readonly memory: Memory;
  /** Signs in when it is first asked. */
  readonly administration: () => Administration;
}

/** Asks the engine once, whatever is looked up. */
export function memoryOfStack(): Memory {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer = pulumi.runtime.invokeOutput<Answer>("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const byName = answer.apply(
    ({ outputs = {} }) =>
      new Map(Object.entries(outputs).map(([urn, { outputs: stored }]) => [keyOf(urn), stored])),
  );
  return { stored: (type, name) => pulumi.secret(byName.apply((all) => all.get(`${type}::${name}`))) };
}

function keyOf(urn: string): string {
  const { type, name } = readUrn(urn);
  return `${type}::${name}`;
}
