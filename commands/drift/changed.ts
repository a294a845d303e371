/** What is declared of the realm, read again by the engine. */
import { pulumi } from "../../engine/engine";
import type { Placed } from "../../engine/placed";
import { stepsIn, withRead } from "../../engine/steps";
import { byHand } from "../preview/byHand";
import type { Check } from "./check";
import { system, type Seen } from "./thing";

/** What people do with their own account, and what somebody does to it at night: no change of what is declared. */
const theirOwn = /^(requiredActions|enabled)\b/;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is neither as it is declared nor as the last run declared it. */
export async function changedFindings({ engine, stack, placed, now, planned, last }: Check): Promise<Seen[]> {
  const inRealm = ({ type }: Placed) => type.startsWith("keycloak:");
  const there = placed.filter(inRealm);
  const names = new Map(there.map(({ id, name }) => [id, name]));
  const named = (text: string) => text.replace(uuids, (id) => names.get(id) ?? id);
  const targets = there.flatMap(({ urn }) => ["--target", urn]);
  const refresh = ["refresh", "--preview-only", "--json", "--stack", stack, ...targets];
  const read = there.length === 0 ? [] : stepsIn(await pulumi(engine, refresh));
  const seen = withRead(planned, read);
  const ids = new Map([...now.placed, ...placed].filter(inRealm).map(({ urn, id }) => [urn, id]));
  return [...ids].flatMap(([urn, id]): Seen[] => {
    const place = byHand(urn, seen.get(urn) ?? {}, last);
    if (place === undefined) return [];
    const { type, name, gone, what } = place;
    const changes = type.endsWith("/user:User") ? what.filter((one) => !theirOwn.test(one)) : what;
    if (!gone && changes.length === 0) return [];
    const kind = words(type.split(":").at(-1) ?? type);
    const about = { system, kind, target: name, declared: "as it was brought up", id };
    return [gone ? about : { ...about, found: changes.map(named).join("; ") }];
  });
}

/** `openIdGroupMembership` as `open id group membership`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
