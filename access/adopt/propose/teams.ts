/** Groups of the workspace, as teams: what each is called, who answers for it, and who says who is in it. Pure. */
import { legalized, nameRules, reservedTeams } from "../../file/nameRules";
import { compare, sorted } from "../../problem";
import { groupOf } from "../../tree";
import type { Found, FoundGroup, FoundRealmGroup } from "../found";
import type { Finding } from "./findings";
import type { People } from "./people";
import { freeName } from "./words";

export interface ProposedTeam {
  readonly name: string;
  /** What its group is called, where that is something else. */
  readonly group?: string;
  /** Slug of the group. */
  readonly slug: string;
  /** User names, where the file says who is in it. */
  readonly members?: readonly string[];
  readonly observed: boolean;
  /** User name, and how that is known. Undefined: nothing says so. */
  readonly owner?: { readonly name: string; readonly because: string };
}

export interface ProposedTeams {
  readonly teams: readonly ProposedTeam[];
  /** By slug of the group. */
  readonly bySlug: ReadonlyMap<string, ProposedTeam>;
  readonly findings: readonly Finding[];
}

export function proposeTeams(
  { workspace, realm }: Pick<Found, "workspace" | "realm">,
  people: People,
): ProposedTeams {
  const findings: Finding[] = [];
  const names = new Set<string>(reservedTeams);
  const teams: ProposedTeam[] = [];
  for (const group of [...workspace.groups].sort((a, b) => compare(a.slug, b.slug))) {
    const named = reservedTeams.includes(group.slug) ? undefined : namesOf(group, names);
    if (named === undefined) {
      findings.push({
        kind: "group without a team",
        place: `group ${group.slug}`,
        found: `${group.name}, ${count(group.members.length, "member")}`,
        becomes: "left alone",
      });
      continue;
    }
    names.add(named.name);
    const there = realm.groups.filter(({ path }) => path === `/${named.name}`);
    const alike = realm.groups.filter((one) => isAlike(one, group) && !there.includes(one));
    for (const one of alike.slice().sort((a, b) => compare(a.path, b.path)))
      findings.push({
        kind: "another group of the same name",
        place: `Keycloak group ${one.path}`,
        found: `beside team ${named.name}`,
        becomes: "left alone",
      });
    teams.push({ ...named, slug: group.slug, ...membership(group, there[0], named.name, people, findings), ...ownerOf(there[0], people) }); // prettier-ignore
  }
  return { teams, bySlug: new Map(teams.map((team) => [team.slug, team])), findings };
}

/** Undefined: the file cannot name it. */
function namesOf(
  { slug, name }: FoundGroup,
  taken: ReadonlySet<string>,
): { name: string; group?: string } | undefined {
  const legal = nameRules.team.pattern.test(slug)
    ? slug
    : legalized(slug.replaceAll("_", "-"), nameRules.team);
  const base = legal !== undefined && nameRules.team.pattern.test(legal) ? legal : `group-${slug.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "")}`; // prettier-ignore
  const team = freeName(base, taken);
  if (!nameRules.team.pattern.test(team)) return undefined;
  if (team === name) return { name: team };
  const group = [name, slug].find(
    (one) =>
      nameRules.group.pattern.test(one) && one.length <= 255 && groupOf({ name: team, group: one }) === slug,
  );
  return group === undefined ? undefined : { name: team, group };
}

/** Who says who is in it: the realm where both agree, the file where the realm lacks the group; else it is observed. */
function membership(
  group: FoundGroup,
  there: FoundRealmGroup | undefined,
  team: string,
  people: People,
  findings: Finding[],
): Pick<ProposedTeam, "members" | "observed"> {
  const observe = (found: string): Pick<ProposedTeam, "observed"> => {
    findings.push({ kind: "members differ", place: `team ${team}`, found, becomes: "members observed" });
    return { observed: true };
  };
  const unknown = sorted(group.members.filter((account) => !people.byAccount.has(account)));
  if (unknown.length > 0)
    return observe(`of ${count(group.members.length, "member")}, nobody in the realm is ${unknown.map((one) => nameOf(one, people)).join(", ")}`); // prettier-ignore
  const members = sorted(group.members.flatMap((account) => people.byAccount.get(account)?.username ?? []));
  if (there === undefined) return { members, observed: false };
  const inRealm = sorted(there.members.map((id) => people.byId.get(id)?.username ?? id));
  const [only, lacks] = [without(inRealm, members), without(members, inRealm)];
  if (only.length + lacks.length === 0) return { observed: false };
  const parts = [
    ...(only.length > 0 ? [`in Keycloak alone: ${only.join(", ")}`] : []),
    ...(lacks.length > 0 ? [`in Bitbucket alone: ${lacks.join(", ")}`] : []),
  ];
  return observe(parts.join("; "));
}

function ownerOf(there: FoundRealmGroup | undefined, people: People): Pick<ProposedTeam, "owner"> {
  const [name = ""] = there?.attributes.owner ?? [];
  return people.known.has(name) ? { owner: { name, because: "the group's attribute owner" } } : {};
}

function isAlike({ name }: FoundRealmGroup, group: FoundGroup): boolean {
  return groupOf({ name }) === group.slug || name === group.name;
}

export function nameOf(account: string, { strangers }: People): string {
  return strangers.get(account)?.account.name ?? account;
}

const without = (one: readonly string[], other: readonly string[]) =>
  one.filter((name) => !other.includes(name));
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
