/**
 * Takes away what has expired since a stack was brought up last, and nothing else: for a nightly run that nobody watches.
 * It goes by what the stack was brought up with, so a change that is not deployed yet goes on waiting; what the engine
 * would do besides (a repair of what somebody changed by hand, more than is there) is a reason to do nothing. Secrets that
 * are due go on waiting for `rotate`.
 */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { isActive, type Grant, type Model } from "../../access";
import type { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { examine, type Previewed } from "../preview/preview";
import { stepOf } from "../../engine/steps";
import { rotatablesOf } from "../../engine/rotations/status";
import { isRemoval } from "./removal";

export type Expiry =
  | { readonly outcome: "nothing"; readonly previewed: Previewed }
  | { readonly outcome: "refused"; readonly previewed: Previewed; readonly reasons: readonly string[] }
  /** @property targets URNs of what holds the rights that go */
  | { readonly outcome: "expired"; readonly previewed: Previewed; readonly targets: readonly string[] };

/**
 * Looks, and changes nothing.
 *
 * @param engine one that goes by the baseline
 * @throws Error if the stack has no baseline of this version
 */
export async function expiryOf(stack: string, engine: Engine, progress: Progress): Promise<Expiry> {
  const previewed = await examine(stack, engine, progress);
  const { report, findings, steps } = previewed;
  const { before, since } = report;
  if (before === undefined || since === undefined) throw new Error("went by a baseline that is not there");
  const expired = expiredBetween(before.model, new Date(since.asOf), findings.asOf);
  if (expired.length === 0) return { outcome: "nothing", previewed };
  const rotating = urnsOfRotation(previewed);
  const removals = steps.filter(isRemoval);
  const others = steps.filter((step) => !isRemoval(step) && !rotating.has(step.urn) && !isEngines(step.urn));
  const reasons = [
    ...report.gained.map(
      ({ subject, capability, target }) =>
        `${subject.kind} ${subject.name} would gain ${capability} on ${target}`,
    ),
    ...report.guards.filter(({ weaker }) => weaker).map(({ what }) => `a gate would change: ${what}`),
    ...others.map((step) => {
      const { op, type, name } = stepOf(step);
      return `the engine would ${op} ${type.split(":").at(-1) ?? type} ${name}`;
    }),
    ...report.drift.found.map(({ name }) => `somebody has changed ${name} by hand`),
    ...(report.drift.unexamined === undefined ? [] : [`not examined: ${report.drift.unexamined}`]),
  ];
  if (reasons.length > 0) return refused(previewed, reasons);
  return { outcome: "expired", previewed, targets: removals.map(({ urn }) => urn) };
}

function refused(previewed: Previewed, reasons: readonly string[]): Expiry {
  return { outcome: "refused", previewed, reasons };
}

function expiredBetween({ grants }: Pick<Model, "grants">, before: Date, now: Date): Grant[] {
  return grants.filter((grant) => isActive(grant, before) && !isActive(grant, now));
}

/** What the engine counts as changed since time went on, apart from rights. */
function urnsOfRotation({ exported, findings }: Previewed): ReadonlySet<string> {
  const rotatables = rotatablesOf(resourcesIn(exported), findings.settings);
  return new Set(rotatables.flatMap(({ urns }) => urns));
}

/** The stack itself and its providers stand for nothing in either system. */
function isEngines(urn: string): boolean {
  const { within, type } = readUrn(urn);
  return (within[0] ?? type).startsWith("pulumi:");
}
