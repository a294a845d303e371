/** What the next deploy would do to what was taken, and what it would make besides. Pure. */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { countsBy } from "../counts";
import { isChanging, isThere, stepOf, topKeys, type EngineStep, type Step } from "../../../engine/steps";

export interface Change extends Step {
  /** Names of the properties that would be others. */
  readonly properties: readonly string[];
}

export interface Plan {
  /** Resources that were taken and not deployed since. */
  readonly taken: number;
  /** What would become of some of these. */
  readonly changed: readonly Change[];
  /** What would become of what the stack has besides. */
  readonly others: readonly Change[];
  /** How many would be made, by type. */
  readonly added: Readonly<Record<string, number>>;
}

/** @param state what the stack has; `retainOnDelete` marks what was taken and not deployed since */
export function planOf(steps: readonly EngineStep[], state: readonly Stored[]): Plan {
  const taken = new Set(state.filter(({ retainOnDelete }) => retainOnDelete === true).map(({ urn }) => urn));
  const changes = steps.filter((step) => isChanging(step) && isThere(step));
  const changeOf = (step: EngineStep): Change => ({
    ...stepOf(step),
    properties: topKeys(step.detailedDiff),
  });
  const made = steps.filter(({ op, newState }) => op === "create" && newState?.custom === true);
  const types = made.map(({ urn }) => readUrn(urn).type).filter((type) => !type.startsWith("pulumi:"));
  return {
    taken: taken.size,
    changed: changes.filter(({ urn }) => taken.has(urn)).map(changeOf),
    others: changes.filter(({ urn }) => !taken.has(urn)).map(changeOf),
    added: countsBy(types, (type) => type),
  };
}

type Stored = Pick<ResourceState, "urn"> & { readonly retainOnDelete?: boolean };
