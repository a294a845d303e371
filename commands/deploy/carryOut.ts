/** Has the engine do what it has planned, and nothing else. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { lastBaseline } from "../../access";
import { variable } from "../../access/environment";
import { changeDigest } from "../../checkout/changeDigest";
import { withMoment } from "../../checkout/moment";
import { up, type Engine } from "../../engine/engine";
import type { Changes } from "../../engine/events";
import { guarded } from "../../engine/guardrails";
import type { Progress } from "../../toolchain/progress";
import type { PreviewOptions, Previewed } from "../preview/preview";
import type { Approval } from "./pending";

/** Gives a file for the plan of a stack, which nobody else may read, and which is gone afterwards. */
export async function withPlan<T>(
  stack: string,
  { cwd }: Pick<Engine, "cwd">,
  use: (plan: string) => Promise<T>,
): Promise<T> {
  const folder = join(cwd, ".local", "plans");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const plan = join(folder, `${stack}.json`);
  try {
    return await use(plan);
  } finally {
    await rm(plan, { force: true });
  }
}

/**
 * @param previewed what was shown, of the state as it is now
 * @param how `takesOnly`: it takes rights away and does nothing else, which no rule holds up
 * @throws InvalidAccess with what a rule refuses, or what the engine said
 */
export async function carryOut(
  stack: string,
  engine: Engine,
  { record, report, exported, findings }: Previewed,
  progress: Progress,
  { plan = "", targets = [], isMove = false, takesOnly = false }: PreviewOptions,
  approval: Approval | undefined,
): Promise<Changes> {
  const message = [`change ${record.number}`, `commit ${record.commit ?? "unknown"}`, approval?.words];
  const words = message.filter((one) => one !== undefined).join("; ");
  const last = lastBaseline(resourcesIn(exported));
  const env = {
    ...withMoment(engine.env, new Date(record.asOf)),
    // Whoever has to approve of it has; the program would refuse it otherwise.
    [variable.change]: changeDigest(stack, last, findings),
  };
  const only = targets.flatMap((urn) => ["--target", urn]);
  const arguments_ = [...(isMove ? [] : ["--refresh"]), "--plan", plan, "--message", words, ...only];
  let done = 0;
  return progress.step(`bringing up stack ${stack}: ${report.steps.length} steps`, async (note) => {
    const looked = (): void => {
      note(`${(done += 1)} resources looked at`);
    };
    if (takesOnly) return up({ ...engine, env }, stack, looked, arguments_);
    const { result } = await guarded({ ...engine, env }, exported, (at, guards) =>
      up(at, stack, looked, [...arguments_, ...guards]),
    );
    return result;
  });
}
