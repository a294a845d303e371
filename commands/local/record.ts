/** What the audit trail keeps of bringing the stack `local` up: the rights that it gives, as of any deploy. */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { decodeBaseline, differenceOf, guardChangesOf, knownAt, knownBy, outputNames } from "../../access";
import type { Intent } from "../../trail/record";
import { sourcesOf } from "../../trail/sources";
import { whatOf } from "../../trail/what";
import { commitOf } from "../../checkout/commit";
import { exportState, type Engine } from "../../engine/engine";
import type { Declared } from "../../checkout/stack";

/** What `npm run local` is about to change. Where the stack has no baseline, every right counts as gained. */
export async function intentOf(
  stack: string,
  engine: Engine,
  { model, settings, exceptions, asOf }: Declared,
): Promise<Intent> {
  const { env, cwd } = engine;
  const resources = resourcesIn(await exportState(engine, stack));
  const known = decodeBaseline(stackOutput(resources, outputNames.baseline));
  const unknown = () => undefined;
  const before = known && knownBy(known, asOf, unknown);
  const after = knownAt({ model, settings, exceptions, asOf }, unknown);
  const difference = differenceOf(before, after);
  const guards = before ? guardChangesOf(before, after) : [];
  const commit = commitOf(cwd, env);
  return {
    command: "deploy",
    why: ["npm run local"],
    what: whatOf({ ...difference, guards }),
    sources: await sourcesOf(cwd, { since: known?.commit, commit }, undefined),
    commit,
  };
}
