/** What could be written into `access.yaml` so that somebody can do something: a grant, a later end, or a name in a team. */
import type { Change } from "../file/change";
import type { GrantEntry, TeamEntry } from "../file/schema";
import type { Path } from "../file/source";
import { writtenAccess } from "../file/written";
import type { Grant, Model, Subject, Target } from "../model";
import { entitlementsOf } from "../rights/entitlements";
import type { Members } from "../rights/rights";
import { compare } from "../problem";
import { grouped, subjectLabel, targetOf, Tree } from "../tree";
import { isActive } from "../until";
import { environmentOf, type Capability } from "../vocabulary";
import { sourcesOf, waysTo } from "./ways";

/** One change of the file. */
export type Candidate =
  | { readonly kind: "grant"; readonly grant: Grant }
  | { readonly kind: "member"; readonly person: string; readonly team: string }
  /** A grant that has ended, by its index, counts again. */
  | { readonly kind: "renewal"; readonly index: number; readonly grant: Grant };

/** What somebody wants. */
export interface Wish {
  readonly subject: Subject;
  readonly capability: Capability;
  /** A project, or a repository. */
  readonly target: Target;
  /** Last day, `YYYY-MM-DD`. A grant to a person has one. */
  readonly until: string;
  /** A grant to a person has one. */
  readonly reason: string;
}

/** A grant to a team, or an agent, need not end. */
export type WishedGrant = Omit<Wish, "until"> & { readonly until?: string };

/** So many teams of a kind are tried: those with the fewest people, or with the fewest rights. */
const most = 4;

/** The smallest that there are of each kind: to a team that the person is in, by a team that has it, to the person alone. */
export function candidatesFor(
  { subject, capability, target, until, reason }: Wish,
  model: Model,
  asOf: Date,
  members: Members,
): Candidate[] {
  const grantTo = (to: Subject): Candidate => ({
    kind: "grant",
    grant: { subject: to, can: [capability], on: [target], ...(to.kind === "person" && { until, reason }) },
  });
  if (subject.kind !== "person") return [grantTo(subject)];
  const tree = new Tree(model);
  const own = sourcesOf(subject, model, members).filter(({ kind }) => kind === "team");
  const peopleIn = (team: string) =>
    new Set(tree.withDescendants(team).flatMap((name) => members(name) ?? [])).size;
  const environment = environmentOf(capability);
  const targets = tree
    .repositoriesOf(target)
    .filter(({ deploys }) => environment === undefined || deploys.includes(environment))
    .map(targetOf);
  const rights = grouped(entitlementsOf(model, asOf), (one) => subjectLabel(one.subject));
  const joinable = model.teams.flatMap(({ name }) => {
    const held = rights.get(subjectLabel({ kind: "team", name })) ?? [];
    const has = new Set(held.flatMap((one) => (one.capability === capability ? [one.target] : [])));
    return targets.length > 0 && targets.every((one) => has.has(one)) ? [{ name, size: held.length }] : [];
  });
  return [
    ...smallest(own.map(({ name }) => ({ name, size: peopleIn(name) }))).map((name) =>
      grantTo({ kind: "team", name }),
    ),
    ...smallest(joinable).map((team): Candidate => ({ kind: "member", person: subject.name, team })),
    grantTo(subject),
  ];
}

/** Just what is wished: a later end where the file has the grant, ended or not; else the grant. */
export function wishedFor(
  { subject, capability, target, until, reason }: WishedGrant,
  model: Model,
): Candidate {
  const grant: Grant = {
    subject,
    can: [capability],
    on: [target],
    ...(until !== undefined && { until }),
    reason,
  };
  const same = ({ subject: who, can, on }: Grant) => JSON.stringify([subjectLabel(who), can, on]);
  const index = model.grants.findIndex((one) => one.until !== undefined && same(one) === same(grant));
  const known = model.grants[index];
  if (known === undefined || until === undefined) return { kind: "grant", grant };
  return { kind: "renewal", index, grant: { ...known, until } };
}

/** Those that have ended, and would be enough again. */
export function renewalsFor(
  { subject, capability, until }: Wish,
  targets: readonly Target[],
  model: Model,
  asOf: Date,
  members: Members,
): Candidate[] {
  const has = (target: Target, of: Model) =>
    waysTo({ subject, capability, target }, of, asOf, members).length > 0;
  const renewals = model.grants.flatMap((grant, index): Candidate[] =>
    isActive(grant, asOf) ? [] : [{ kind: "renewal", index, grant: { ...grant, until } }],
  );
  return renewals.filter((one) => targets.every((target) => has(target, modelWith(one, model))));
}

function smallest(all: readonly { readonly name: string; readonly size: number }[]): string[] {
  const inOrder = [...all].sort((a, b) => a.size - b.size || compare(a.name, b.name));
  return inOrder.slice(0, most).map(({ name }) => name);
}

/** The model with it. */
export function modelWith(candidate: Candidate, model: Model): Model {
  if (candidate.kind === "grant") return { ...model, grants: [...model.grants, candidate.grant] };
  if (candidate.kind === "renewal") {
    const { index, grant } = candidate;
    return { ...model, grants: model.grants.map((one, number) => (number === index ? grant : one)) };
  }
  const { team, person } = candidate;
  return {
    ...model,
    teams: model.teams.map((one) =>
      one.name === team ? { ...one, members: [...(one.members ?? []), person] } : one,
    ),
  };
}

/** What is written for a grant. */
export function entryOf({ subject, can, on, until, reason }: Grant): GrantEntry {
  const [only = "", ...more] = on;
  return {
    [subject.kind]: subject.name,
    can: [...can],
    on: more.length === 0 ? only : [...on],
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
  };
}

/** The same as changes of the text, for the editor. @throws InvalidAccess if the text cannot be read */
export function changesFor(candidate: Candidate, text: string): Change[] {
  const { grants, teams } = writtenAccess(text).data;
  if (candidate.kind === "grant") return added(["grants"], grants, entryOf(candidate.grant));
  if (candidate.kind === "renewal")
    return [{ at: ["grants", candidate.index, "until"], become: [candidate.grant.until] }];
  const at = placeOfTeam(candidate.team, teams, ["teams"]);
  if (at === undefined) return [];
  return added([...at.path, "members"], at.team.members ?? [], candidate.person);
}

function added(at: Path, list: readonly unknown[], entry: unknown): Change[] {
  const last = list.length - 1;
  return last < 0 ? [{ at, become: [[entry]] }] : [{ at: [...at, last], become: [list[last], entry] }];
}

function placeOfTeam(
  name: string,
  teams: Readonly<Record<string, TeamEntry>>,
  path: Path,
): { readonly path: Path; readonly team: TeamEntry } | undefined {
  for (const [key, team] of Object.entries(teams)) {
    const here = [...path, key];
    if (key === name) return { path: here, team };
    const within = placeOfTeam(name, team.teams ?? {}, [...here, "teams"]);
    if (within) return within;
  }
  return undefined;
}
