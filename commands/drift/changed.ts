/** What is declared of the realm, read again by the engine. */
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { KeycloakAdmin, KeycloakUser } from "../../clients/keycloak";
import { pulumi } from "../../engine/engine";
import { isInKeycloak, type Placed } from "../../engine/placed";
import { stepsIn, withRead, type Observed } from "../../engine/steps";
import { byHand } from "../../engine/byHand";
import type { Check } from "./check";
import { system, type Seen } from "./thing";

/** What another resource owns, or whoever the account is of: of these no change is one of what is declared. */
const notItsOwn: Readonly<Record<string, RegExp>> = {
  // The profile is a resource, and so are members and rights; links and required actions are a person's own.
  "keycloak:index/user:User": /^/,
  "keycloak:index/group:Group": /^parentId\b/,
};
const membersType = "keycloak-identity:index:Members";

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is neither as it is declared nor as the last run declared it. */
export async function changedFindings(
  { engine, stack, placed, now, planned, last }: Check,
  admin: KeycloakAdmin,
): Promise<Seen[]> {
  const there = placed.filter(isInKeycloak);
  const targets = there.flatMap(({ urn }) => ["--target", urn]);
  const refresh = ["refresh", "--preview-only", "--json", "--stack", stack, ...targets];
  const read = there.length === 0 ? [] : stepsIn(await pulumi(engine, refresh));
  const seen = withRead(planned, read);
  const ids = new Map([...now.placed, ...placed].filter(isInKeycloak).map(({ urn, id }) => [urn, id]));
  const findings = [...ids].flatMap(([urn, id]): Seen[] => {
    const observed = seen.get(urn) ?? {};
    const place = byHand(urn, observed, last);
    const { type, name } = readUrn(urn);
    const changes = (place?.what ?? []).filter((one) => !notItsOwn[type]?.test(one));
    const what = [...changes.filter((one) => !one.startsWith("removedByHand")), ...takenOut(type, observed)];
    if (place?.gone !== true && what.length === 0) return [];
    const kind = words(type.split(":").at(-1) ?? type);
    const about = { system, kind, target: name, declared: "as it was brought up", id };
    return [place?.gone === true ? about : { ...about, found: what.join("; ") }];
  });
  return named(findings, there, admin);
}

/** Members whom somebody took out of their group: they stay out, and are declared all the same. */
function takenOut(type: string, { found }: Observed): string[] {
  if (type !== membersType) return [];
  const ids = (found?.outputs?.removedByHand ?? []) as readonly string[];
  return ids.map((id) => `userIds: removed ${JSON.stringify(id)}`);
}

/** Ids in words: those of the state by its names; the rest are of people who come from elsewhere, or were added by hand. */
async function named(
  findings: readonly Seen[],
  there: readonly Placed[],
  admin: KeycloakAdmin,
): Promise<Seen[]> {
  const names = new Map(there.map(({ id, name }) => [id, name]));
  const unknown = new Set(
    findings
      .filter(({ kind }) => kind === "members")
      .flatMap(({ found = "" }) => (found.match(uuids) ?? []).filter((id) => !names.has(id))),
  );
  for (const id of unknown) {
    const user = await admin.get<KeycloakUser>(`users/${id}`);
    if (user !== undefined) names.set(id, user.username);
  }
  const inWords = (text: string) => text.replace(uuids, (id) => names.get(id) ?? id);
  return findings.map(({ found, ...rest }) =>
    found === undefined ? rest : { ...rest, found: inWords(found) },
  );
}

/** `openIdGroupMembership` as `open id group membership`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
