/** What the state has of the realm, read again by the engine. */
import { pulumi, type Engine } from "../../engine/engine";
import { driftedPlace } from "../preview/drift";
import { changingSteps } from "../../engine/steps";
import type { Placed } from "../../engine/placed";
import { system, type Seen } from "./thing";

/** What people do with their own account, and what somebody does to it at night: no change of what is declared. */
const theirOwn = /^(requiredActions|enabled)\b/;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** @param ours what the state has of Keycloak */
export async function changedFindings(
  engine: Engine,
  stack: string,
  ours: readonly Placed[],
): Promise<Seen[]> {
  if (ours.length === 0) return [];
  const byUrn = new Map(ours.map((one) => [one.urn, one]));
  const names = new Map(ours.map(({ id, name }) => [id, name]));
  const named = (text: string) => text.replace(uuids, (id) => names.get(id) ?? id);
  const targets = ours.flatMap(({ urn }) => ["--target", urn]);
  const text = await pulumi(engine, ["refresh", "--preview-only", "--json", "--stack", stack, ...targets]);
  return changingSteps(text).flatMap((step): Seen[] => {
    const { type, name, gone, what } = driftedPlace(step);
    const changes = type.endsWith("/user:User") ? what.filter((one) => !theirOwn.test(one)) : what;
    if (!byUrn.has(step.urn) || (!gone && changes.length === 0)) return [];
    const { id = "" } = byUrn.get(step.urn) ?? {};
    const kind = words(type.split(":").at(-1) ?? type);
    const about = { system, kind, target: name, declared: "as it was brought up", id };
    return [gone ? about : { ...about, found: changes.map(named).join("; ") }];
  });
}

/** `openIdGroupMembership` as `open id group membership`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
