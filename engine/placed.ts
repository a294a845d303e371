/** What stands for something in one of the two systems, as the state has it and as it is declared. */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { LastRun } from "./lastRun";
import type { EngineStep } from "./steps";

/** A resource, whichever component placed it. */
export interface Placed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Empty where it is not there yet. */
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const ours = /^(keycloak|keycloak-identity|bitbucket):/;

/** Whether a resource stands for something in Keycloak. */
export function isInKeycloak({ type }: Pick<Placed, "type">): boolean {
  return /^keycloak(-identity)?:/.test(type);
}

/** What a state has. */
export function placedIn(exported: string): Placed[] {
  return resourcesIn(exported).flatMap(({ urn, type, id, inputs = {} }) =>
    id !== undefined && ours.test(type) ? [{ urn, type, name: readUrn(urn).name, id, inputs }] : [],
  );
}

/**
 * What is declared now, as the program computes it, whatever the state says.
 *
 * @param steps of a preview that shows what stays the same, too
 */
export function declaredIn(steps: readonly EngineStep[], placed: readonly Placed[]): Placed[] {
  const ids = new Map(placed.map(({ urn, id }) => [urn, id]));
  return steps.flatMap((step): Placed[] => {
    const { newState, urn, op } = step;
    if (newState === undefined || /^(delete|discard)/.test(op) || !ours.test(newState.type)) return [];
    const { type, inputs = {} } = newState;
    return [{ urn, type, name: readUrn(urn).name, id: ids.get(urn) ?? "", inputs }];
  });
}

/** What the last run declared: what its model says, and for all else what the state has. */
export function lastDeclared({ resources }: LastRun, placed: readonly Placed[]): Placed[] {
  if (resources.length === 0) return [...placed];
  const known = new Set(resources.map(({ type }) => type));
  return [
    ...resources.map((one) => ({ ...one, urn: "", id: "" })),
    ...placed.filter(({ type }) => !known.has(type)),
  ];
}

export type Entry = Readonly<Record<string, unknown>>;

/** The entries of a list among the inputs; none where it is absent or secret as a whole. */
export function entriesOf({ inputs }: Placed, key: string): readonly Entry[] {
  const list = inputs[key];
  return Array.isArray(list) ? (list as Entry[]) : [];
}

/** A text among the inputs; undefined for a secret. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== hidden ? value : undefined;
}

/** What the engine shows of a secret. */
const hidden = "[secret]";
