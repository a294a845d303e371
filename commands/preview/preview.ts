/**
 * Gathers what a preview needs: the model, what the stack was last brought up with, who is in the teams that Keycloak
 * keeps, what the engine would do, and what was changed by hand there. Reads only.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import {
  decodeBaseline,
  formerGroupsOf,
  InvalidAccess,
  outputNames,
  problemAt,
  takenNames,
  type Problem,
} from "../../access";
import { localStack, variable } from "../../access/environment";
import { withMoment } from "../../checkout/moment";
import { contextOf } from "../../policy/context";
import { ruleNames } from "../../policy/rules";
import { evaluateRun } from "../../policy/run";
import type { Progress } from "../../toolchain/progress";
import { commitOf } from "../../checkout/commit";
import { programSince } from "../../checkout/program";
import { coverageFile } from "../drift/coverage";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { problemOf } from "../../engine/guardrails";
import { dueOf, rotatablesOf } from "../../engine/rotations/status";
import { readStack } from "../../checkout/stack";
import { takeLook, type Look } from "../../clients/look/look";
import { filesDigest, stateDigest, worldDigest, type PreviewRecord } from "./digest";
import { driftIn, driftOf, lastChecks, unreadByMove } from "./drift";
import { forecastOf } from "./forecast";
import { membersOf } from "./members";
import { lastRunOf } from "../../engine/lastRun";
import { unrecordedIn } from "./unrecorded";
import { reportOf, type Findings, type Report } from "./report";
import { stepOf, type EngineStep, isChanging, refreshedIn, registeredIn, stepsIn } from "../../engine/steps";

/** More repositories than this are each asked for something by a deploy alone, which reads them anyway. */
const mostLooked = 150;

export interface PreviewOptions {
  /** The moment that grants are evaluated at. Default: the setting's, else now. */
  readonly asOf?: string;
  /** Reads everything again, and not only what the change touches, as a deploy does. Default false. */
  readonly inFull?: boolean;
  /**
   * An address moves: the engine reads nothing, since it would read at the old one, with what signs in at the new one. Default
   * false.
   */
  readonly isMove?: boolean;
  /** File for the engine's plan. */
  readonly plan?: string;
  /** URNs: nothing else may change. Default: everything may. */
  readonly targets?: readonly string[];
  /** The run takes rights away and does nothing else: what breaks a rule is told, and stops nothing. Default false. */
  readonly takesOnly?: boolean;
  /** File that drift checks remember each part's last look in. Default: `.local/drift/<stack>.json`. */
  readonly coverage?: string;
  /** What changes besides data since a commit. Default: what the checkout as it lies there has changed. */
  readonly program?: (since: string | undefined) => Promise<readonly string[]>;
  /** The state, as `pulumi stack export` printed it, where no run has written to it since. Default: it is exported. */
  readonly exported?: string;
}

export interface Previewed {
  readonly report: Report;
  readonly record: PreviewRecord;
  /** What it was evaluated by. */
  readonly findings: Pick<Findings, "stack" | "model" | "settings" | "exceptions" | "asOf" | "members">;
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
    isMove = false,
    plan,
    targets = [],
    takesOnly = false,
    coverage = coverageFile(engine.cwd, stack),
    exported: known,
    program: programOf = (since) => programSince(engine.cwd, since, { stack }),
  }: PreviewOptions = {},
): Promise<Previewed> {
  const declared = readStack(engine.cwd, stack, engine.env, {
    asOf: given === undefined ? undefined : new Date(given),
    rules: ruleNames,
  });
  const { model, settings, exceptions, asOf, warnings, places } = declared;
  const env = withMoment(engine.env, asOf);
  const at: Engine = { ...engine, env, ...(started && { started }) };
  const how = [
    ...(inFull && !isMove ? ["--refresh"] : []),
    ...(plan === undefined ? [] : ["--save-plan", plan]),
    ...targets.flatMap((urn) => ["--target", urn]),
  ];
  const { all, exported, members, look } = await progress.step(`previewing stack ${stack}`, async () => {
    const exported = known ?? (await exportState(at, stack));
    const stored = resourcesIn(exported);
    // Asked while the engine works; what it fails with is said once the engine has come to its end.
    const asked = membersOf(model, settings, stored, env);
    asked.catch(() => undefined);
    // A run that only takes back or rotates what the stack has is held up by nothing else in the workspace.
    const looking =
      places &&
      takeLook({ model, settings, asOf, resources: stored }, places, env, inFull ? Infinity : mostLooked);
    looking?.catch(() => undefined);
    const result = await pulumi(at, ["preview", "--json", "--show-sames", "--stack", stack, ...how]).catch(
      async (error: unknown) => {
        // What the workspace does not take is what the engine stumbles over, too, and says without a line.
        refuseFor(await looking?.catch(() => undefined));
        throw error;
      },
    );
    return { all: stepsIn(result), exported, members: await asked, look: await looking };
  });
  const steps = all.filter(isChanging);
  const [resources, commit] = [resourcesIn(exported), commitOf(engine.cwd, env)];
  const broken = evaluateRun(registeredIn(all), contextOf(declared, resources));
  const baseline = stackOutput(resources, outputNames.baseline);
  const lastUp = decodeBaseline(baseline);
  const next = { model, settings };
  refuseFor(look, [
    // A run that goes by the last one renames nothing, and has no places.
    ...(places ? takenNames(next, lastUp).map((one) => problemAt(one, places.access)) : []),
    ...broken.filter(({ level }) => level === "mandatory" && !takesOnly).map(problemOf),
  ]);
  const last = lastRunOf({ model, settings, asOf, commit, resources });
  const here = isMove
    ? unreadByMove
    : inFull
      ? driftIn(refreshedIn(all), last)
      : await progress.step("reading what this change touches", () => driftOf(at, stack, steps, last));
  const checks = lastChecks(coverage, asOf);
  const drift = { ...here, ...(checks && { last: checks }) };
  const formerGroups = env[variable.formerGroups] === "go" ? {} : formerGroupsOf(next, lastUp, resources);
  const unrecorded =
    lastUp === undefined ? await unrecordedIn(stack, at, baseline, resources, settings) : undefined;
  // The stack `local` is the developer's own, who changes the program all day.
  const isOwn = lastUp === undefined || stack === localStack;
  const program = isOwn ? [] : await programOf(lastUp.commit);
  const requests = forecastOf(resources, steps, look?.requests);
  const findings = { stack, model, asOf, baseline, members, steps: steps.map(stepOf) };
  const due = dueOf(rotatablesOf(resources, settings), settings, asOf);
  const report = reportOf({
    ...{ ...findings, settings, exceptions, drift, look, requests, due, program, unrecorded, formerGroups },
    warnings: [...warnings, ...broken.map(problemOf)],
  });
  return {
    report,
    findings: { stack, model, settings, exceptions, asOf, members },
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

/** @throws InvalidAccess with all that Bitbucket would refuse, and all that breaks a rule */
function refuseFor(look: Look | undefined, broken: readonly Problem[] = []): void {
  const problems = [...(look?.problems ?? []), ...broken];
  if (problems.length > 0) throw new InvalidAccess(problems);
}
