/** The state of a stack, as `pulumi stack export` prints it. Secrets stand in it encrypted. */

export interface Exported {
  readonly deployment: {
    readonly resources?: readonly ExportedResource[];
  };
}

export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  /** When its state last changed, ISO 8601. */
  readonly modified?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The resources that a stack has; none if it was never brought up. */
export function resourcesOf(text: string): readonly ExportedResource[] {
  return (JSON.parse(text) as Exported).deployment.resources ?? [];
}

/** What the stack was last brought up with; undefined where no run has come to its end. */
export function baselineIn(resources: readonly ExportedResource[]): string | undefined {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const baseline = stack?.outputs?.baseline;
  return typeof baseline === "string" ? baseline : undefined;
}
