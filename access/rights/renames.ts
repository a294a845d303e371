/**
 * Teams and people that are called otherwise than before. A change is compared with what each of them was: a new name alone
 * gives and takes nothing, and hides nothing that comes with it.
 */
import type { Finding } from "../checks/check";
import type { Exception } from "../exceptions";
import type { Entitlement, Model, Subject, Team } from "../model";
import { shown } from "../problem";
import { groupOf, subjectLabel } from "../tree";
import { called, nowIn, renamed, turned, type Called, type Names } from "./called";
import type { AccessState } from "./rights";

/** By kind of subject. */
export type Renames = Readonly<Record<"team" | "person", Names>>;

const lists = { team: "teams", person: "people" } as const;

/** Who is renamed between two models. */
export function renamesBetween(before: Model, after: Model): Renames {
  return { team: renamed(lists.team, before, after), person: renamed(lists.person, before, after) };
}

/**
 * What one deploy cannot rename, since the new name is taken in what the stack was last brought up with: whatever has it is
 * what it was. Places are those of the model after.
 */
export function renameFindings(before: Model, after: Model): Finding[] {
  return (["team", "person"] as const).flatMap((kind) => {
    const list = lists[kind];
    const now: readonly Called[] = called[list](after);
    const old = new Map(called[list](before).map((one): [string, Called] => [one.name, one]));
    return now.flatMap(({ name, previously }, index): Finding[] => {
      const holder = old.get(name);
      const isNew = previously !== undefined && holder !== undefined && holder.previously !== previously;
      if (!isNew || !old.has(previously)) return [];
      const giver = now.find((one) => one.previously === name);
      const first = giver ? `rename ${name} to ${giver.name}` : `take ${name} out`;
      return [
        {
          at: [list, index, "previously"],
          found: `${shown(previously)}, while the stack has another ${kind} called ${shown(name)}`,
          allowed: `the name of a ${kind} that takes a free one`,
          fix: `make two deploys of it: ${first} first, then rename ${previously} to ${name}`,
        },
      ];
    });
  });
}

/**
 * The state after by the names of before: what somebody has to approve of is the same whatever it is called meanwhile, so
 * that what nobody has approved of cannot be renamed into a change that somebody approves of.
 */
export function asBefore<A extends AccessState>(before: AccessState, after: A): A {
  const renames = renamesBetween(before.model, after.model);
  if (renames.team.size + renames.person.size === 0) return after;
  const then = { team: turned(renames.team), person: turned(renames.person) };
  const [team, person] = [nowIn(renames.team), nowIn(then.person)];
  return {
    ...saidIn(after, then),
    entitlements: after.entitlements.map((one) => entitlementOf(one, then)),
    members: (name) => after.members(team(name))?.map(person),
  };
}

/**
 * Both states by the names of after. Who is in a team is read from Keycloak by the names of today on both sides.
 *
 * @returns the same ones where nothing is renamed
 */
export function aligned<B extends AccessState, A extends AccessState>(before: B, after: A): readonly [B, A] {
  const renames = renamesBetween(before.model, after.model);
  if (renames.team.size + renames.person.size === 0) return [before, after];
  const person = nowIn(renames.person);
  const people = (names: readonly string[] | undefined) => names && [...new Set(names.map(person))];
  const then = turned(renames.team);
  return [
    {
      ...saidIn(before, renames, groupOf),
      entitlements: before.entitlements.map((one) => entitlementOf(one, renames)),
      // Of a team whose group was not found by its old name, it was found by the new one.
      members: (team) => people(before.members(then.get(team) ?? team) ?? before.members(team)),
    },
    { ...after, members: (team) => people(after.members(team)) },
  ];
}

/**
 * What files say, by other names.
 *
 * @param groupOf the group in Bitbucket of a team that is renamed. Default: as the team says
 */
export function saidIn<D extends Said>(said: D, renames: Renames, groupOf?: (team: Team) => string): D {
  return {
    ...said,
    model: renamedIn(said.model, renames, groupOf),
    ...(said.exceptions && { exceptions: said.exceptions.map((one) => exceptionOf(one, renames)) }),
  };
}

interface Said {
  readonly model: Model;
  readonly exceptions?: readonly Exception[];
}

function renamedIn(model: Model, renames: Renames, groupOf?: (team: Team) => string): Model {
  const [team, person] = [nowIn(renames.team), nowIn(renames.person)];
  return {
    ...model,
    owners: model.owners.map(person),
    environments: model.environments.map((one) => ({
      ...one,
      ...(one.deployers && { deployers: one.deployers.map(team) }),
    })),
    people: model.people.map((one) => ({ ...one, username: person(one.username) })),
    teams: model.teams.map((one) => ({
      ...one,
      name: team(one.name),
      owner: person(one.owner),
      ...(one.parent !== undefined && { parent: team(one.parent) }),
      ...(one.members && { members: one.members.map(person) }),
      ...(groupOf && renames.team.has(one.name) && { group: groupOf(one) }),
    })),
    agents: model.agents.map((one) => ({ ...one, owner: person(one.owner) })),
    projects: model.projects.map((one) => ({ ...one, owner: team(one.owner) })),
    grants: model.grants.map((one) => ({ ...one, subject: subjectOf(one.subject, renames) })),
  };
}

function subjectOf({ kind, name }: Subject, renames: Renames): Subject {
  return { kind, name: kind === "agent" ? name : nowIn(renames[kind])(name) };
}

/** Its path begins with teams, or with a person, up to the place of the grant, which is a project's key or begins with one. */
function entitlementOf(one: Entitlement, renames: Renames): Entitlement {
  const place = one.path.findIndex((part) => /^[A-Z]/.test(part));
  const nameNow = (name: string) => subjectOf({ kind: one.subject.kind, name }, renames).name;
  return {
    ...one,
    subject: subjectOf(one.subject, renames),
    path: one.path.map((part, index) => (index < place ? nameNow(part) : part)),
  };
}

function exceptionOf(one: Exception, renames: Renames): Exception {
  const [kind = "", name = ""] = one.on.split(" ");
  return kind === "team" || kind === "person"
    ? { ...one, on: subjectLabel(subjectOf({ kind, name }, renames)) }
    : one;
}
