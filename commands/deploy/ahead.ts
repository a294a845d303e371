/**
 * What has to be approved of before the engine starts: a program that was merged runs beside the credentials as soon as the
 * engine does, and could take the question away.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { lastBaseline, outputNames } from "../../access";
import { localStack } from "../../access/environment";
import { commitOf } from "../../checkout/commit";
import { programSince } from "../../checkout/program";
import { readStack, type Declared } from "../../checkout/stack";
import { exportState, type Engine } from "../../engine/engine";
import { ruleNames } from "../../policy/rules";
import type { Drift } from "../preview/drift";
import { membersOf } from "../preview/members";
import { reportOf, type Findings } from "../preview/report";
import { unrecordedIn } from "../preview/unrecorded";
import type { Change } from "./asked";

/** What a look by the files alone knows of both systems. */
type Seen = Pick<Findings, "members" | "drift" | "unrecorded"> & {
  readonly program: Findings["program"] | undefined;
};

/**
 * What changes by the files alone.
 *
 * @param exported the state, as `pulumi stack export` printed it
 */
export function aheadOf(
  stack: string,
  { cwd, env }: Pick<Engine, "cwd" | "env">,
  { model, settings, exceptions, asOf, warnings }: Declared,
  exported: string,
  { program = [], ...seen }: Seen,
): Change {
  const findings = { stack, model, settings, exceptions, asOf, members: seen.members };
  const report = reportOf({
    ...{ ...findings, ...seen, program, warnings },
    baseline: stackOutput(resourcesIn(exported), outputNames.baseline),
    steps: [],
    requests: { reads: 0, writes: 0 },
  });
  return { report, findings, exported, commit: commitOf(cwd, env) };
}

/**
 * A change of the program, with all that changes beside it; and what stands already where nobody knows of what program.
 *
 * @param known the state, as `pulumi stack export` printed it. Default: it is exported
 * @param asOf ISO 8601. Default: as any command has it
 * @returns undefined where the program is that of the last deploy, for a stack that is new in every way, and for the stack
 *   `local`, whose developer changes the program all day
 */
export async function programChangeOf(
  stack: string,
  engine: Engine,
  known: string | undefined,
  asOf: string | undefined,
): Promise<Change | undefined> {
  if (stack === localStack) return undefined;
  const exported = known ?? (await exportState(engine, stack));
  const resources = resourcesIn(exported);
  const last = lastBaseline(resources);
  const program = last && (await programSince(engine.cwd, last.commit, { stack }));
  if (program?.length === 0) return undefined;
  const at = { rules: ruleNames, asOf: asOf === undefined ? undefined : new Date(asOf) };
  const declared = readStack(engine.cwd, stack, engine.env, at);
  const { model, settings } = declared;
  const baseline = stackOutput(resources, outputNames.baseline);
  const unrecorded = last ? undefined : await unrecordedIn(stack, engine, baseline, resources, settings);
  if (program === undefined && unrecorded === undefined) return undefined;
  const members = await membersOf(model, settings, resources, engine.env);
  return aheadOf(stack, engine, declared, exported, { members, program, unrecorded, drift: notYet });
}

const notYet: Drift = {
  examined: 0,
  found: [],
  unexamined: "the program does not run before somebody has approved of it",
};
