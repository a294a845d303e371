/**
 * Takes away what has ended since a stack was brought up last, and nothing else: for an hourly run that nobody watches. It
 * goes by what the stack was brought up with, so nothing that waits on the main branch counts, neither for nor against it. With
 * nothing to take it has read the state alone. What somebody has changed by hand beside it is no reason to leave it: entries
 * that nobody declared go with it, as by any deploy. Only where the engine would give something back, one place is left, and named.
 */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { endedBetween, InvalidAccess, type Baseline } from "../../access";
import { localStack } from "../../access/environment";
import { momentOf, momentVariable } from "../../checkout/moment";
import { programSince } from "../../checkout/program";
import { clockDifference, clockTolerance } from "../../clients/clock";
import { exportState, type Engine } from "../../engine/engine";
import type { Changes } from "../../engine/events";
import { stepOf, type EngineStep } from "../../engine/steps";
import type { Progress } from "../../toolchain/progress";
import { recorded } from "../../trail/record";
import { asPartial, goingByBaseline, knownBaseline } from "../baselineRun";
import { examine, type PreviewOptions } from "../preview/preview";
import type { Report } from "../preview/report";
import { carryOut, withPlan } from "./carryOut";
import { intentOf, sceneOf } from "./record";
import { holdsRights, isRemoval } from "./removal";

/** @property outcome `refused`: not all that has ended is gone, and a person has to look */
export interface Expired {
  readonly outcome: "nothing" | "deployed" | "refused";
  /** Why something is left; none: nothing is. */
  readonly reasons: readonly string[];
  /** Undefined where nothing has ended: nobody looked further. */
  readonly report?: Report;
  readonly changes?: Changes;
}

/** @throws Error if the stack has no baseline of this version, or a clock is wrong; or what the engine said */
export async function expire(
  stack: string,
  engine: Engine,
  show: (report: Report) => void,
  progress: Progress,
): Promise<Expired> {
  const exported = await exportState(engine, stack);
  const resources = resourcesIn(exported);
  const baseline = knownBaseline(stack, resources);
  const now = momentNow(stack, baseline, engine.env);
  const ended = endedBetween({ model: baseline.model, exceptions: [] }, new Date(baseline.asOf), now);
  if (ended.length === 0) return { outcome: "nothing", reasons: [] };
  if (engine.env[momentVariable] === undefined && baseline.settings.asOf === undefined)
    await refuseWrongClock(baseline);
  const waiting = stack === localStack ? [] : await programSince(engine.cwd, baseline.commit, { stack });
  if (waiting.length > 0)
    return {
      outcome: "refused",
      reasons: [...ended, `the program is another than that of the last deploy: ${waiting.join(", ")}`],
    };
  return goingByBaseline(stack, engine, resources, "expiry", (at) =>
    takeAway(stack, at, { exported, asOf: now.toISOString() }, show, progress),
  );
}

/** The moment of the run, by what was approved of: a moment that only the main branch fixes keeps nothing alive. */
function momentNow(stack: string, { settings, asOf }: Baseline, env: NodeJS.ProcessEnv): Date {
  const { asOf: now, problems } = momentOf({ file: stack, settings, problems: [] }, env);
  if (problems.length > 0) throw new InvalidAccess(problems);
  if (now >= new Date(asOf)) return now;
  throw new Error(
    `stack ${stack} was brought up at ${asOf} or later, and by the clock of this machine it is ${now.toISOString()}: correct the clock; nothing was changed`,
  );
}

/** A clock that is ahead would take rights away before their time. A moment that was given is nobody's clock. */
async function refuseWrongClock({ settings }: Baseline): Promise<void> {
  const { url, realm } = settings.keycloak;
  const ahead = await clockDifference(`${url}/realms/${realm}`);
  if (ahead === undefined || Math.abs(ahead) <= clockTolerance) return;
  const words = `${Math.round(Math.abs(ahead) / 60_000)} minutes ${ahead > 0 ? "ahead of" : "behind"}`;
  throw new Error(
    `the clock of this machine is ${words} that of ${new URL(url).host}: correct the one that is wrong; nothing was changed`,
  );
}

async function takeAway(
  stack: string,
  engine: Engine,
  at: Pick<PreviewOptions, "exported" | "asOf">,
  show: (report: Report) => void,
  progress: Progress,
): Promise<Expired> {
  const only = { ...at, takesOnly: true, program: () => Promise.resolve([]) };
  return withPlan(stack, engine, async (plan) => {
    const planned = (await examine(stack, engine, progress, only)).steps.filter(holdsRights);
    const clear = planned.filter(isRemoval);
    const left = planned.filter((step) => !isRemoval(step)).map(leftText);
    const look = (steps: readonly EngineStep[]) => {
      if (left.length > 0) asPartial(engine);
      const targets = steps.map(({ urn }) => urn);
      const options = { ...only, inFull: true, plan, targets };
      return examine(stack, engine, progress, options).then((previewed) => ({ previewed, options }));
    };
    let seen = clear.length > 0 ? await look(clear) : undefined;
    // What somebody has taken there by hand would come back.
    const giving = (seen?.previewed.steps ?? []).filter((step) => !isRemoval(step) || !clear.some(({ urn }) => urn === step.urn)); // prettier-ignore
    if (giving.length > 0) {
      left.push(...giving.map(leftText));
      const rest = clear.filter(({ urn }) => !giving.some((step) => step.urn === urn));
      seen = rest.length > 0 ? await look(rest) : undefined;
    }
    if (seen === undefined) return { outcome: left.length > 0 ? "refused" : "nothing", reasons: left };
    const { previewed, options } = seen;
    const { report, findings, steps } = previewed;
    show(report);
    if (steps.some((step) => !isRemoval(step)))
      return { outcome: "refused", reasons: [...left, ...steps.map(leftText)], report };
    const changes = await recorded(
      sceneOf(stack, engine, findings),
      await intentOf(previewed, { expiredOnly: true }, undefined, undefined, engine.cwd),
      () => carryOut(stack, engine, previewed, progress, options, undefined),
      (resources) => ({ what: { resources } }),
    );
    return { outcome: left.length > 0 ? "refused" : "deployed", reasons: left, report, changes };
  });
}

function leftText(step: EngineStep): string {
  const { type, name } = stepOf(step);
  return `${type.split(":").at(-1) ?? type} ${name} is left: the engine would not only take there, since somebody has changed it by hand or the program is another; bring the stack up`;
}
