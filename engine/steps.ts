/** What the engine says it would do, as `pulumi preview --json` prints it. */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";

export interface EngineStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: EngineState;
  readonly newState?: EngineState;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

/** Secrets stand in it as `[secret]`. Its URN is that of the step. */
export type EngineState = Omit<ResourceState, "urn">;

/** A step of the engine. Example: `{ op: "update", type: "bitbucket:index:ProjectPermissions", name: "PAY" }`. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}

const quiet = ["same", "read", "refresh"];

/** The steps of a run, those that change nothing among them: told to show them, the engine shows what stays the same, too. */
export function stepsIn(text: string): readonly EngineStep[] {
  // A warning may come before the JSON.
  return (JSON.parse(text.slice(text.indexOf("{"))) as { steps?: readonly EngineStep[] }).steps ?? [];
}

/** Whether a step changes something. */
export function isChanging({ op }: Pick<EngineStep, "op">): boolean {
  return !quiet.includes(op);
}

/** A resource in a preview: as the state has it, as it is there, and what becomes of it. */
export interface Observed {
  /** As the state has it; undefined: it does not. */
  readonly recorded?: EngineState;
  /** As it is there, or, where nobody has looked, as the state has it; undefined: it is not. */
  readonly found?: EngineState;
  /** What becomes of it; undefined where it stays as it is and the engine does not show that. */
  readonly planned?: EngineStep;
  /** What the plugin says has changed since it was recorded; undefined: it was not asked. */
  readonly moved?: readonly string[];
}

/** By URN. */
export type Observations = ReadonlyMap<string, Observed>;

/** The resources of a preview that reads nothing. */
export function plannedIn(steps: readonly EngineStep[]): Observations {
  return new Map(
    steps.filter(isNoHalf).map((planned) => {
      const recorded = planned.oldState;
      return [planned.urn, { planned, ...(recorded && { recorded, found: recorded }) }];
    }),
  );
}

/** The same after a refresh of some of them. */
export function withRead(observed: Observations, refresh: readonly EngineStep[]): Observations {
  const read = refresh.filter(isChanging).map(({ urn, op, oldState, newState, detailedDiff }) => {
    const { planned } = observed.get(urn) ?? {};
    const found = op === "delete" ? undefined : newState;
    const moved = topKeys(detailedDiff);
    const all = {
      ...(oldState && { recorded: oldState }),
      ...(found && { found }),
      ...(planned && { planned }),
    };
    return [urn, { ...all, moved }] as const;
  });
  return new Map([...observed, ...read]);
}

/**
 * The resources of a preview that refreshes: the engine reads everything that the state has before the program runs, and
 * shows first what it had.
 */
export function refreshedIn(steps: readonly EngineStep[]): Observations {
  const recorded = new Map(
    steps.flatMap(({ op, urn, oldState }) =>
      op === "refresh" && oldState ? [[urn, oldState] as const] : [],
    ),
  );
  return new Map(
    steps
      .filter((step) => step.op !== "refresh" && isNoHalf(step))
      .map((planned) => {
        const [before, found] = [recorded.get(planned.urn), planned.oldState];
        return [planned.urn, { planned, ...(before && { recorded: before }), ...(found && { found }) }];
      }),
  );
}

/** What replaces has a step for the old one, too. */
function isNoHalf({ op }: EngineStep): boolean {
  return op !== "delete-replaced";
}

/** Names of the properties that a difference is about. */
export function topKeys(diff: EngineStep["detailedDiff"]): string[] {
  return [...new Set(Object.keys(diff ?? {}).map((path) => path.split(/[.[]/, 1)[0] ?? path))];
}

/** The resources that there will be, in the order in which the program registers them. */
export function registeredIn(steps: readonly EngineStep[]): (EngineState & { readonly urn: string })[] {
  const after = steps.filter(({ op }) => !["refresh", "delete", "delete-replaced"].includes(op));
  return [
    ...new Map(
      after.flatMap(({ urn, newState }) => (newState ? [[urn, { ...newState, urn }] as const] : [])),
    ).values(),
  ];
}

/** What a step does to which resource. */
export function stepOf({ op, urn }: Pick<EngineStep, "op" | "urn">): Step {
  const { type, name } = readUrn(urn);
  return { op, type, name };
}

/** What is there already. Components and providers stand for nothing in either system. */
export function isThere({ op, oldState }: EngineStep): boolean {
  return op !== "create" && oldState?.id !== undefined && !oldState.type.startsWith("pulumi:");
}
