/**
 * What the pack knows before it checks anything: the data files, read as the program reads them, and, where a command of
 * this project names it, the state that the stack was left in.
 */
import { readFileSync } from "node:fs";
import { resourcesIn, stackOutput, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import {
  decodeBaseline,
  exceptionsFile,
  outputNames,
  type Problem,
  type Reading,
  type Settings,
} from "../access";
import { isOfMoment } from "../checkout/moment";
import { readCheckout } from "../checkout/stack";
import type { Before, RunContext } from "./evaluate";
import { programFolder } from "./program";
import type { Seen } from "./rule";
import { ruleNames } from "./rules";
import { seenAs } from "./seen";
import { variable } from "../access/environment";

export interface PackContext extends RunContext {
  /** Of `exceptions.yaml` and of the moment: what else is wrong, the program refuses. */
  readonly problems: readonly Problem[];
}

/**
 * Reads it all, once a run. Never throws because of what the data files say.
 *
 * @param urn of any resource of the stack
 * @throws Error if the program's folder is not known
 */
export function readContext(urn: string, env: NodeJS.ProcessEnv = process.env): PackContext {
  const { stack, project } = readUrn(urn);
  const read = readCheckout(programFolder(project, env), stack, env, { rules: ruleNames });
  const problems = read.problems.filter((one) => one.file === exceptionsFile || isOfMoment(one));
  const file = env[variable.stateBefore];
  return {
    ...contextOf(read, file === undefined ? undefined : resourcesIn(readFileSync(file, "utf8"))),
    problems,
  };
}

/**
 * What the rules know of a run.
 *
 * @param resources of the state before it. Default: everything counts as new
 */
export function contextOf(
  { model, settings, asOf, exceptions }: Pick<Reading, "model" | "settings" | "asOf" | "exceptions">,
  resources?: readonly ResourceState[],
): RunContext {
  const before = resources && beforeOf(resources, settings);
  const known = { ...(model && { model }), ...(settings && { settings }), ...(before && { before }) };
  return { ...known, asOf, exceptions };
}

function beforeOf(all: readonly ResourceState[], settings: Settings | undefined): Before {
  const baseline = decodeBaseline(stackOutput(all, outputNames.baseline));
  const resources = all.map(({ urn, type, inputs = {}, protect = false }): [string, Seen] => [
    urn,
    seenAs(urn, type, inputs, protect),
  ]);
  return {
    resources: new Map(resources),
    asOf: new Date(baseline?.asOf ?? 0),
    ...(baseline && { model: baseline.model }),
    ...(settings && { settings }),
  };
}
