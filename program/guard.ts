/**
 * Plain `pulumi up` is how people use this program, so it is guarded as well: before it signs in anywhere it compares what
 * it is about to bring up with what it was last brought up with, and refuses what a second person has to approve, unless
 * `deploy` carries it. Whoever holds the credentials and the state can get round this, as round anything that runs on their
 * machine (docs/threat-model.md).
 */
import { visible } from "@bitbucket-keycloak/output";
import * as pulumi from "@pulumi/pulumi";
import {
  knownAt,
  knownBy,
  needsOf,
  problemAt,
  removalsBetween,
  renderProblem,
  takenNames,
  type Baseline,
  type Exception,
  type FormerGroups,
  type Members,
  type Model,
  type Places,
  type Settings,
} from "../access";
import { localStack, variable } from "../access/environment";
import { baselineRunOf } from "../checkout/baselineRun";
import { changeDigest } from "../checkout/changeDigest";
import type { LastRun } from "./lastRun";

/** What is about to be brought up. */
export interface Next {
  readonly stack: string;
  readonly model: Model;
  readonly settings: Settings;
  readonly exceptions: readonly Exception[];
  readonly asOf: Date;
  /** Where it stands in the files; undefined for a run that goes by what the stack was last brought up with. */
  readonly places?: Places | undefined;
}

/** Who is in the teams that Keycloak keeps is not asked before the sign-in. */
const unknown: Members = () => undefined;

/** Whether a command carries just this change, which it has asked everybody about. */
function isCarried(next: Next, last: Baseline | undefined, env = process.env): boolean {
  return env[variable.change] === changeDigest(next.stack, last, next);
}

/** @returns what a second person has to approve, a line each; none: nothing, or the change is not this run's own */
function unapproved(next: Next, last: Baseline | undefined, env = process.env): string[] {
  const isOwn = next.stack === localStack || baselineRunOf(env) !== undefined;
  if (last === undefined || isOwn || isCarried(next, last, env)) return [];
  return needsOf(knownBy(last, next.asOf, unknown), knownAt(next, unknown)).map(({ reason }) => reason);
}

/** @returns why the run may not sign in anywhere; none: it may. A preview may with a change that it warns of */
export function stoppedBy(next: Next, last: LastRun): string[] {
  const [before, unsafe] = [last.baseline, last.unsafe(next.settings)];
  const always = [...[...unsafe.credentials, ...unsafe.realm].map(renderProblem), ...taken(next, before)];
  if (isCarried(next, before)) return always;
  const wrong = [...always, ...unsafe.moved.map(renderProblem)];
  const grave = unapproved(next, before);
  if (grave.length === 0) return wrong;
  const said = [...grave, advice(next)];
  if (!pulumi.runtime.isDryRun()) return [...wrong, ...said];
  void pulumi.log.warn(said.map(visible).join("\n"));
  return wrong;
}

/** Names that this run cannot give, since something else still has them. */
function taken(next: Next, last: Baseline | undefined): string[] {
  const { places } = next;
  return places === undefined
    ? []
    : takenNames(next, last).map((one) => renderProblem(problemAt(one, places.access)));
}

function advice({ stack }: Pick<Next, "stack">): string {
  return `somebody else has to approve of that first: preview it with "npm run preview -- ${stack}", and bring it up with "npm run deploy -- ${stack}"`;
}

/** What the stack will have been brought up with, once everything is made. */
export function baselineOfRun(
  declared: Baseline,
  next: Next,
  last: Baseline | undefined,
  formerGroups: FormerGroups,
): Baseline {
  if (baselineRunOf(process.env) !== undefined) return declared;
  const removals = last && removalsBetween(knownBy(last, next.asOf, unknown), knownAt(next, unknown));
  return {
    ...declared,
    exceptions: next.exceptions,
    ...(removals && removals.length > 0 && { removals }),
    ...(Object.keys(formerGroups).length > 0 && { formerGroups }),
  };
}
