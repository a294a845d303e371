/** What a run did and the state does not have, or has and is gone: found in both systems, and put right in the state. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StackState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { pulumi, type Engine } from "../../engine/engine";
import { EngineError } from "../../engine/errors";
import { removeOrphanKeys } from "./orphanKeys";
import {
  importIdOf,
  isPending,
  pendingCreates,
  takesTime,
  type Found,
  type PendingCreate,
  type Systems,
} from "./pending";
import { importAll, writeState } from "./state";
import { systemsOf } from "./systems";
import { isGone, looksDeclared, mayBeOurs, planOf, type Doomed, type Plan } from "./unrecorded";

/**
 * @param known an engine that goes by what the stack was last brought up with; the same one where nobody knows that
 * @returns what was done, a line each
 */
export async function mendState(
  stack: string,
  engine: Engine,
  known: Engine,
  state: StackState,
): Promise<string[]> {
  const systems = systemsOf(stack, known.cwd, known.env);
  const { plan, unplanned } = await planNext(stack, engine, known);
  const begun = pendingCreates(state);
  const isBegun = ({ urn }: PendingCreate) => begun.some((one) => one.urn === urn);
  const planned = plan.creates.filter((create) => !isBegun(create) && mayBeOurs(create, state));

  const { found, missing } = await lookUp(begun, systems);
  const { ours, foreign } = await sortRealms((await lookUp(planned, systems)).found, systems);
  const imported = [...found, ...ours];
  if (imported.length > 0) await importAll(stack, engine, imported);

  const gone: Doomed[] = [];
  for (const doomed of plan.deletes) if (await isGone(doomed, systems)) gone.push(doomed);
  if (isPending(state) || gone.length > 0) await writeState(stack, engine, gone);

  const keys = await removeOrphanKeys(state, systems.keycloak);
  return [
    ...keys,
    ...missing.map(({ type, name }) => `${type} ${name}: not there, will be made`),
    ...imported.map(({ type, name, id }) => `${type} ${name}: imported as ${id}`),
    ...gone.map(({ type, name }) => `${type} ${name}: deleted already, taken out of the state`),
    ...foreign.map(
      ({ id }) =>
        `not mended: realm ${id} is there, with another name or other owners than declared; if it is this stack's, run "npm run pulumi -- import keycloak:index/realm:Realm realm ${id} -s ${stack}", else choose another realm in stacks/Pulumi.${stack}.yaml`,
    ),
    ...(unplanned === undefined ? [] : [unplanned]),
  ];
}

/** By the checkout, which is what a dead run has declared; where that cannot be read, by the last deploy. */
async function planNext(
  stack: string,
  engine: Engine,
  known: Engine,
): Promise<{ plan: Plan; unplanned?: string }> {
  try {
    // Without them, what was replaced and is still to go would not be told.
    const how = ["--json", "--show-replacement-steps"];
    return { plan: planOf(await pulumi(engine, ["preview", ...how, "--stack", stack])) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (known !== engine) return planNext(stack, known, known);
    return {
      plan: { creates: [], deletes: [] },
      unplanned: `not examined: what a run did without recording it, since there is no preview; put right what "npm run pulumi -- preview -s ${stack}" says, then run this again`,
    };
  }
}

async function sortRealms(
  found: readonly Found[],
  systems: Systems,
): Promise<{ ours: Found[]; foreign: Found[] }> {
  const ours: Found[] = [];
  const foreign: Found[] = [];
  for (const one of found) ((await looksDeclared(one, systems)) ? ours : foreign).push(one);
  return { ours, foreign };
}

/** Seconds before each look. A realm takes Keycloak seconds to make, and it goes on when who asked for it is dead. */
const looks = [0, 2, 4, 8];

/** Sorts begun creates into those that happened and those that did not, also after a while. */
async function lookUp(
  creates: readonly PendingCreate[],
  systems: Systems,
): Promise<{ found: Found[]; missing: readonly PendingCreate[] }> {
  const found: Found[] = [];
  let missing = creates;
  for (const seconds of looks) {
    const again = missing.filter(({ type }) => seconds === 0 || takesTime(type));
    if (again.length === 0) break;
    await sleep(seconds * 1000);
    for (const create of again) {
      const id = await importIdOf(create, systems);
      if (id !== undefined) found.push({ ...create, id });
    }
    missing = creates.filter(({ urn }) => !found.some((one) => one.urn === urn));
  }
  return { found, missing };
}
