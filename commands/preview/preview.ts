/**
 * Gathers what a preview needs: the model, what the stack was last brought up with, who is in the teams that Keycloak
 * keeps, what the engine would do, and what was changed by hand there. Reads only.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { InvalidAccess, outputNames } from "../../access";
import { withMoment } from "../../checkout/moment";
import { contextOf } from "../../policy/context";
import { ruleNames } from "../../policy/rules";
import { evaluateRun } from "../../policy/run";
import type { Progress } from "../../toolchain/progress";
import { commitOf } from "../../checkout/commit";
import { coverageFile } from "../drift/coverage";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { problemOf } from "../../engine/guardrails";
import { dueOf, rotatablesOf } from "../../engine/rotations/status";
import { readStack } from "../../checkout/stack";
import { filesDigest, stateDigest, worldDigest, type PreviewRecord } from "./digest";
import { driftOf, lastChecks, driftIn } from "./drift";
import { forecastOf } from "./forecast";
import { membersOf } from "./members";
import { lastRunOf } from "../../engine/lastRun";
import { reportOf, type Findings, type Report } from "./report";
import { stepOf, type EngineStep, isChanging, refreshedIn, registeredIn, stepsIn } from "../../engine/steps";

export interface PreviewOptions {
  /** The moment that grants are evaluated at. Default: the setting's, else now. */
  readonly asOf?: string;
  /** Reads everything again, and not only what the change touches, as a deploy does. Default false. */
  readonly inFull?: boolean;
  /** File for the engine's plan. */
  readonly plan?: string;
  /** URNs: nothing else may change. Default: everything may. */
  readonly targets?: readonly string[];
  /** File that drift checks remember each part's last look in. Default: `.local/drift/<stack>.json`. */
  readonly coverage?: string;
  /** The state, as `pulumi stack export` printed it, where no run has written to it since. Default: it is exported. */
  readonly exported?: string;
}

export interface Previewed {
  readonly report: Report;
  readonly record: PreviewRecord;
  /** What it was evaluated by. */
  readonly findings: Pick<Findings, "stack" | "model" | "settings" | "asOf" | "members">;
  /** What the engine would do. */
  readonly steps: readonly EngineStep[];
  /** The state that the stack had, as `pulumi stack export` printed it. */
  readonly exported: string;
}

/**
 * What the next run would do, and what a deploy compares before it does it.
 *
 * @throws InvalidAccess with every problem of the files, or what the engine said
 */
export async function examine(
  stack: string,
  { started, ...engine }: Engine,
  progress: Progress,
  {
    asOf: given,
    inFull = false,
    plan,
    targets = [],
    coverage = coverageFile(engine.cwd, stack),
    exported: known,
  }: PreviewOptions = {},
): Promise<Previewed> {
  const declared = readStack(engine.cwd, stack, engine.env, {
    asOf: given === undefined ? undefined : new Date(given),
    rules: ruleNames,
  });
  const { model, settings, asOf, warnings } = declared;
  const env = withMoment(engine.env, asOf);
  const at: Engine = { ...engine, env, ...(started && { started }) };
  const how = [
    ...(inFull ? ["--refresh"] : []),
    ...(plan === undefined ? [] : ["--save-plan", plan]),
    ...targets.flatMap((urn) => ["--target", urn]),
  ];
  const { all, exported, members } = await progress.step(`previewing stack ${stack}`, async () => {
    const exported = known ?? (await exportState(at, stack));
    // Asked while the engine works; what it fails with is said once the engine has come to its end.
    const asked = membersOf(model, settings, resourcesIn(exported), env);
    asked.catch(() => undefined);
    const result = await pulumi(at, ["preview", "--json", "--show-sames", "--stack", stack, ...how]);
    return { all: stepsIn(result), exported, members: await asked };
  });
  const steps = all.filter(isChanging);
  const [resources, commit] = [resourcesIn(exported), commitOf(engine.cwd, env)];
  const broken = evaluateRun(registeredIn(all), contextOf(declared, resources));
  const refused = broken.filter(({ level }) => level === "mandatory");
  if (refused.length > 0) throw new InvalidAccess(refused.map(problemOf));
  const last = lastRunOf({ model, settings, asOf, commit, resources });
  const here = inFull
    ? driftIn(refreshedIn(all), last)
    : await progress.step("reading what this change touches", () => driftOf(at, stack, steps, last));
  const checks = lastChecks(coverage, asOf);
  const drift = { ...here, ...(checks && { last: checks }) };
  const baseline = stackOutput(resources, outputNames.baseline);
  const requests = forecastOf(resources, steps);
  const findings = { stack, model, asOf, baseline, members, steps: steps.map(stepOf) };
  const said = [...warnings, ...broken.map(problemOf)];
  const due = dueOf(rotatablesOf(resources, settings), settings, asOf);
  const report = reportOf({ ...findings, settings, drift, requests, due, warnings: said });
  return {
    report,
    findings: { stack, model, settings, asOf, members },
    steps,
    exported,
    record: {
      form: 1,
      stack,
      ...(commit !== undefined && { commit }),
      asOf: asOf.toISOString(),
      files: filesDigest(declared),
      state: stateDigest(exported),
      world: worldDigest(steps),
      number: report.number,
    },
  };
}
