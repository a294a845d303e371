/** What the engine says it would do, as `pulumi preview --json` prints it. */

export interface EngineStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: EngineState;
  readonly newState?: EngineState;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

/** Secrets stand in it as `[secret]`. */
export interface EngineState {
  readonly id?: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A step of the engine. Example: `{ op: "update", type: "bitbucket:index:ProjectPermissions", name: "PAY" }`. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}

const quiet = ["same", "read", "refresh"];

/**
 * The steps that change something.
 *
 * @param text what the engine printed; a warning may come before the JSON
 */
export function changingSteps(text: string): EngineStep[] {
  const { steps = [] } = JSON.parse(text.slice(text.indexOf("{"))) as { steps?: readonly EngineStep[] };
  return steps.filter(({ op }) => !quiet.includes(op));
}

export function stepOf({ op, urn }: Pick<EngineStep, "op" | "urn">): Step {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return { op, type: type.split("$").at(-1) ?? type, name };
}
