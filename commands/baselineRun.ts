/**
 * Runs that do one thing: rotate what is due, or take away what has expired. The files of a checkout may say more by then
 * (a change that is merged and not deployed), and a run that declared it would have the engine leave most of it out: the
 * state could end up out of order. So such a run goes by the data that the stack was last brought up with, and a command
 * tells the program and the policy pack by a file, which holds the baseline.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackOutput, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { decodeBaseline, outputNames, type Baseline } from "../access";
import { baselineRunOf, baselineVariable, type BaselineRun, type Purpose } from "../checkout/baselineRun";
import type { Engine } from "../engine/engine";

/**
 * Has a command go by what the stack was last brought up with.
 *
 * @param resources the state of the stack
 * @param run is given an engine whose program declares what the stack was last brought up with
 * @throws if the stack has no baseline of this version
 */
export async function goingByBaseline<Result>(
  stack: string,
  engine: Engine,
  resources: readonly ResourceState[],
  purpose: Purpose,
  run: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const baseline = knownBaseline(stack, resources);
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-baseline-"));
  try {
    const file = join(folder, "baseline.json");
    tell(file, { purpose, baseline });
    return await run({ ...engine, env: { ...engine.env, [baselineVariable]: file } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Has the run that an engine is given for leave the baseline at its moment. */
export function asPartial({ env }: Pick<Engine, "env">): void {
  const run = baselineRunOf(env);
  if (run) tell(env[baselineVariable] ?? "", { ...run, partial: true });
}

/** @throws Error if the stack has no baseline of this version */
export function knownBaseline(stack: string, resources: readonly ResourceState[]): Baseline {
  const output = stackOutput(resources, outputNames.baseline);
  const baseline = decodeBaseline(output);
  if (baseline !== undefined) return baseline;
  const why =
    output === undefined
      ? "was never brought up to the end"
      : "was brought up by another version of this program";
  throw new Error(
    `stack ${stack} ${why}, so nobody knows what it holds: deploy it first ("npm run deploy -- ${stack}")`,
  );
}

function tell(file: string, run: BaselineRun): void {
  writeFileSync(file, JSON.stringify(run), { mode: 0o600 });
}
