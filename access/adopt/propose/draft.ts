/** All that a proposed file says, before it is written down. Pure. */
import { legalized, nameRules } from "../../file/nameRules";
import { compare, sorted } from "../../problem";
import { grouped } from "../../tree";
import { plainCapabilities, type Capability, type EnvironmentType, type Plan } from "../../vocabulary";
import type { Found } from "../found";
import type { Finding } from "./findings";
import { ownersOf, type ProposedOwner } from "./owners";
import { matchPeople, type KnownPerson, type People } from "./people";
import { proposeProjects, type ProposedProject } from "./places";
import type { Holding, Right } from "./rights";
import { proposeTeams, type ProposedTeam } from "./teams";
import { displayable, freeName } from "./words";

export interface ProposeOptions {
  /** What the stack stands for. */
  readonly environment: string;
  readonly plan: Plan;
  /** User names of the owners that somebody has confirmed. Default: none, and two at least are proposed. */
  readonly owners?: readonly string[];
}

export interface Draft {
  readonly company: string;
  readonly owners: readonly ProposedOwner[];
  readonly environment: { readonly name: string; readonly type: EnvironmentType };
  readonly people: readonly KnownPerson[];
  readonly teams: readonly (Omit<ProposedTeam, "owner"> & { readonly owner: ProposedOwner })[];
  readonly agents: readonly ProposedAgent[];
  readonly projects: readonly (ProposedProject & { readonly owner: ProposedOwner })[];
  readonly grants: readonly ProposedGrant[];
  readonly findings: readonly Finding[];
  readonly matched: People;
}

/** An account that nobody of the realm has, and that holds something. */
interface ProposedAgent {
  readonly name: string;
  readonly account: string;
  readonly owner: string;
  readonly description: string;
}

export interface ProposedGrant {
  readonly kind: "team" | "person" | "agent";
  readonly name: string;
  readonly can: readonly Capability[];
  readonly on: readonly string[];
  /** Whether it is a person's own, which ends. */
  readonly ends: boolean;
}

/** @throws Error where the realm has not two people who can be owners */
export function draftOf(found: Found, { environment, plan, owners: confirmed }: ProposeOptions): Draft {
  const people = matchPeople(found);
  const proposed = proposeTeams(found, people);
  const { teams, bySlug } = proposed;
  const { projects, findings } = proposeProjects(found, { people, teams: proposed, plan });
  const owners = ownersOf(found, people, confirmed);
  const [first] = owners;
  if (first === undefined) throw new Error("no owner");
  const rights = projects.flatMap((one) => one.rights);
  const agents = agentsOf(rights, people, first.name);
  const all = teams.length > 0 ? teams : [someTeam(owners)];
  const unknown: ProposedOwner = { name: first.name, because: "owns the workspace: choose", isSure: false };
  const owned = all.map((team) => ({
    ...team,
    owner: team.owner ? { ...team.owner, isSure: true } : unknown,
  }));
  const grants = grantsOf(rights, bySlug, people, agents);
  const named = new Set([
    ...owners.map(({ name }) => name),
    ...owned.flatMap(({ owner, members = [] }) => [owner.name, ...members]),
    ...grants.flatMap(({ kind, name }) => (kind === "person" ? [name] : [])),
  ]);
  return {
    company: displayable(found.workspace.name) || found.workspace.slug,
    owners,
    environment: { name: environment, type: typeOf(environment, found) },
    people: sorted(named).flatMap((name) => people.known.get(name) ?? []),
    teams: owned,
    agents,
    projects: projects.map((project) => ({ ...project, owner: ownerOf(project, all, bySlug) })),
    grants,
    findings: [...proposed.findings, ...findings],
    matched: people,
  };
}

/** A file has a team at least, for a project has to be answered for by one. */
function someTeam(owners: readonly ProposedOwner[]): ProposedTeam {
  return { name: "owners", slug: "owners", members: sorted(owners.map(({ name }) => name)), observed: false };
}

/** The team that can do most there answers for it, until somebody says otherwise. */
function ownerOf(
  { found: rights, key }: ProposedProject,
  teams: readonly ProposedTeam[],
  bySlug: ReadonlyMap<string, ProposedTeam>,
): ProposedOwner {
  const places = rights.filter(({ holder }) => holder.group !== undefined);
  const score = ({ can, on }: Right) => (can.includes("administer") ? 100 : can.includes("trigger") ? 10 : 1) * (on === key ? 1000 : 1); // prettier-ignore
  const scores = [...grouped(places, ({ holder }) => holder.group ?? "")].map(([slug, own]) => ({ slug, score: own.reduce((sum, one) => sum + score(one), 0) })); // prettier-ignore
  const [best, second] = scores.sort((a, b) => b.score - a.score || compare(a.slug, b.slug));
  const name = bySlug.get(best?.slug ?? "")?.name;
  if (name !== undefined && best !== undefined)
    return {
      name,
      because: "can do most there",
      isSure: best.score >= 100_000 && best.score > (second?.score ?? 0),
    };
  return { name: teams[0]?.name ?? "", because: "no team can do anything there: choose", isSure: false };
}

function agentsOf(rights: readonly Right[], people: People, owner: string): ProposedAgent[] {
  const taken = new Set<string>();
  const accounts = sorted(new Set(rights.flatMap(({ holder }) => holder.user ?? [])));
  return accounts.flatMap((account): ProposedAgent[] => {
    if (people.byAccount.has(account)) return [];
    const stranger = people.strangers.get(account);
    const legal = legalized(stranger?.account.name ?? "", nameRules.agent);
    const base = legal !== undefined && nameRules.agent.pattern.test(legal) ? legal.slice(0, 90).replace(/-+$/, "") : `account-${account.slice(1, 9)}`; // prettier-ignore
    const name = freeName(base, taken);
    taken.add(name);
    const description = `Found at adoption: ${stranger?.why ?? "no member of the workspace"}`;
    return [{ name, account, owner, description: displayable(description) }];
  });
}

/** One line for all places where somebody can do the same. */
function grantsOf(
  rights: readonly Right[],
  bySlug: ReadonlyMap<string, ProposedTeam>,
  people: People,
  agents: readonly ProposedAgent[],
): ProposedGrant[] {
  const subjectOf = ({ group, user = "" }: Holding): Pick<ProposedGrant, "kind" | "name" | "ends"> => {
    if (group !== undefined) return { kind: "team", name: bySlug.get(group)?.name ?? group, ends: false };
    const person = people.byAccount.get(user);
    if (person !== undefined) return { kind: "person", name: person.username, ends: true };
    const isBot = people.strangers.get(user)?.account.isBot === true;
    return { kind: "agent", name: agents.find(({ account }) => account === user)?.name ?? "", ends: !isBot };
  };
  const lines = grouped(rights.map((right) => ({ ...right, ...subjectOf(right.holder) })), ({ kind, name, can }) => JSON.stringify([["team", "person", "agent"].indexOf(kind), name, ranksOf(can)])); // prettier-ignore
  return [...lines]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([, [first, ...rest]]): ProposedGrant[] => {
      if (first === undefined) return [];
      const { kind, name, can, ends } = first;
      return [{ kind, name, can, on: sorted([first, ...rest].map(({ on }) => on)), ends }];
    });
}

const ranksOf = (can: readonly Capability[]) =>
  can.map((one) => (plainCapabilities as readonly Capability[]).indexOf(one));

function typeOf(environment: string, { workspace }: Pick<Found, "workspace">): EnvironmentType {
  const there = workspace.repositories.flatMap(({ environments }) => environments);
  const like = sorted(there.filter(({ name }) => name.toLowerCase() === environment).map(({ type }) => type.toLowerCase())); // prettier-ignore
  const [type = /^prod/.test(environment) ? "production" : /^(stag|qa|uat)/.test(environment) ? "staging" : "test"] = like; // prettier-ignore
  return type as EnvironmentType;
}
