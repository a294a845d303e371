/**
 * What the stack's state has of the last run, read by the program itself. Only so is it known what was really published:
 * an output of the stack would be one of a run that came to its end, and a run may end in between.
 */
import * as pulumi from "@pulumi/pulumi";
import { adoptedKey, outputNames } from "../../access";
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
  /** Whether the state has a resource of this type and name. */
  has(type: string, name: string): boolean;
  /** Whether what a resource stands for was there before the stack was: it stays when the resource goes. */
  isAdopted(type: string, ...names: readonly string[]): boolean;
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

/**
 * The state of the stack that runs, as its last run left it, whatever this one writes into it. Asks the engine, which says
 * it in a preview, too. Where the engine cannot say, the run ends with its error, and this is never settled.
 */
export function recordOfStack(): Promise<readonly Recorded[]> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer = pulumi.runtime.invokeOutput<Answer>("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const record = answer.apply(({ outputs = {} }) =>
    Object.entries(outputs).map(([urn, { outputs: stored }]) => ({
      urn,
      type: readUrn(urn).type,
      ...(stored && { outputs: stored }),
    })),
  );
  return new Promise((resolve) => void record.apply(resolve));
}

/** Looks up in what is known of the stack that runs. */
export function lastStateOf(record: readonly Recorded[]): LastState {
  const byName = new Map(record.map((one) => [keyOf(one.urn), one]));
  const adopted = adoptedIn(record);
  const find = (type: string, name: string) => byName.get(`${type}::${name}`);
  return {
    outputsOf: (type, ...names) =>
      pulumi.secret(names.map((name) => find(type, name)?.outputs).find((one) => one !== undefined)),
    has: (type, name) => find(type, name) !== undefined,
    isAdopted: (type, ...names) => names.some((name) => adopted.has(adoptedKey(type, name))),
  };
}

/** What the stack has found and made its own, as its output names it. */
export function adoptedIn(record: readonly Recorded[]): ReadonlySet<string> {
  const stack = record.find(({ type }) => type === "pulumi:pulumi:Stack");
  const names = stack?.outputs?.[outputNames.adopted];
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
}

function keyOf(urn: string): string {
  const { type, name } = readUrn(urn);
  return `${type}::${name}`;
}
