/**
 * How many requests of Bitbucket's a deploy is going to need. Bitbucket lets an account send 1,000 an hour: who knows
 * beforehand that a change takes 1,400 makes two of it, or waits.
 */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import type { EngineStep } from "../../engine/steps";
import { readRequests, writeRequests } from "@pulumi/bitbucket/costs";

/** Requests to Bitbucket, about: retries and the pages of long lists come on top. */
export interface Forecast {
  /** To read all that the stack has, and what a change has to look at again. */
  readonly reads: number;
  readonly writes: number;
}

/** What the program asks before it begins. */
const atFirst = 4;

/**
 * @param resources what the stack has
 * @param steps what the engine would do
 * @param look what looking for refusals takes
 */
export function forecastOf(
  resources: readonly Pick<ResourceState, "type">[],
  steps: readonly EngineStep[],
  look = 0,
): Forecast {
  const touched = steps.map(({ oldState, newState }) => ({
    type: newState?.type ?? oldState?.type ?? "",
    before: oldState?.inputs,
    after: newState?.inputs,
  }));
  // A deploy reads everything when it previews and when it acts, and what changes once more before it is written.
  return {
    reads: atFirst + look + 2 * readsOf(resources) + readsOf(touched),
    writes: touched
      .map(({ type, before, after }) => writeRequests(type, before, after))
      .reduce((sum, count) => sum + count, 0),
  };
}

function readsOf(resources: readonly { readonly type: string }[]): number {
  return [...readRequests(resources.map(({ type }) => type)).values()].reduce((sum, count) => sum + count, 0);
}
