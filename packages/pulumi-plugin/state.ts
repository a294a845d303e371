/**
 * The state of a stack, as `pulumi stack export` prints it: all that is read of it, anywhere. Secrets stand in it
 * encrypted, or, with `--show-secrets`, in plain text within an object of their own.
 *
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (`DeploymentV3`, `ResourceV3`)
 */

export interface StackState {
  readonly deployment: {
    /** Each after what it depends on; absent if the stack was never brought up. */
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly {
      /** Example: `creating`. */
      readonly type: string;
      readonly resource: ResourceState;
    }[];
  };
}

/** A resource, in a state or in a step of `pulumi preview --json`. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  /** Components have none. */
  readonly id?: string;
  readonly custom?: boolean;
  readonly protect?: boolean;
  readonly parent?: string;
  /** URN and id of the provider's entry, `urn::id`. */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  /** Replaced, and still to be deleted: the only entries that may share a URN with another. */
  readonly delete?: boolean;
  /** To be made anew: its provider may be gone already. */
  readonly pendingReplacement?: boolean;
  /** ISO 8601. */
  readonly created?: string;
  /** When its entry last changed, ISO 8601. */
  readonly modified?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Reads what `pulumi stack export` prints. */
export function readState(text: string): StackState {
  return JSON.parse(text) as StackState;
}

/** The resources of an exported state, in its order; none if the stack was never brought up. */
export function resourcesIn(state: string | StackState): readonly ResourceState[] {
  const { deployment } = typeof state === "string" ? readState(state) : state;
  return deployment.resources ?? [];
}

/** A text among the outputs of the stack; undefined where no run has set it yet. */
export function stackOutput(resources: readonly ResourceState[], name: string): string | undefined {
  const output = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.[name];
  return typeof output === "string" ? output : undefined;
}

/** A value without what `--show-secrets` wraps a secret in: an object that holds it as JSON. */
export function plain(value: unknown): unknown {
  const text = (value as { readonly plaintext?: string } | null | undefined)?.plaintext;
  return text === undefined ? value : JSON.parse(text);
}
