/**
 * A company over its life: its people, teams and places have numbers of the test's own, and whatever they come to be called
 * and wherever they come to be, they are the same.
 */
import {
  accountId as idOfAccount,
  type Access,
  type Grant,
  type Team as TeamEntry,
} from "../changes/company";

/** What has a name that may change. */
export interface Called {
  readonly id: number;
  name: string;
  /** As the file says it. */
  previously?: string;
}
export interface Person extends Called {
  /** As people read it. */
  shown: string;
  email: string;
  /** Whether the file names the account; else it is found by the address. */
  readonly isPinned: boolean;
}
export interface Team extends Called {
  parent: number | undefined;
  members: number[];
  group?: string;
}
interface Project extends Called {
  owner: number;
}
interface Repository extends Called {
  project: number;
  readonly deploys: boolean;
  readonly isProtected: boolean;
}
/** To a team, or to a person; on a repository, or on a project. */
export interface Given {
  readonly team?: number;
  readonly person?: number;
  readonly can: string;
  readonly project?: number;
  readonly repository?: number;
}

export interface Life {
  /** The first two own the company, and stay. */
  people: Person[];
  /** Numbers of those who were off-boarded, whether the file still names them or not. */
  gone: number[];
  teams: Team[];
  projects: Project[];
  repositories: Repository[];
  environment: Called & { readonly isRestricted: boolean };
  given: Given[];
  /** Slugs of repositories that were deleted. */
  free: string[];
  /** Addresses of all accounts that there ever were, by the number of whoever has it. */
  readonly addresses: Record<number, string>;
  /** The next number. */
  next: number;
}

export const accountOf = (id: number): string => idOfAccount(String.fromCharCode(0x60 + id));
export const owners = [0, 1] as const;

const nameOf = (all: readonly Called[], id: number): string => all.find((one) => one.id === id)?.name ?? "";
const entry = ({ previously }: Called) => (previously === undefined ? {} : { previously });

/** As the file says it. */
export function accessOf(life: Life): Access {
  const { people, teams, projects, repositories, environment } = life;
  const person = (id: number) => nameOf(people, id);
  const level = (parent: number | undefined): Record<string, TeamEntry> =>
    Object.fromEntries(
      teams
        .filter((one) => one.parent === parent)
        .map((one) => [
          one.name,
          {
            ...entry(one),
            ...(one.group !== undefined && { group: one.group }),
            owner: person(0),
            members: one.members.map(person),
            ...(teams.some((other) => other.parent === one.id) && { teams: level(one.id) }),
          },
        ]),
    );
  return {
    company: "Life",
    owners: owners.map(person),
    limits: { owners: 2, removal: "100%" },
    control: [],
    environments: {
      [environment.name]: { ...entry(environment), type: "staging", restricted: environment.isRestricted },
    },
    people: Object.fromEntries(
      people.map((one) => [
        one.name,
        {
          ...entry(one),
          name: one.shown,
          email: one.email,
          ...(one.isPinned && { account: accountOf(one.id) }),
        },
      ]),
    ),
    teams: level(undefined),
    agents: {},
    projects: Object.fromEntries(
      projects.map((project) => [
        project.name,
        {
          ...entry(project),
          owner: nameOf(teams, project.owner),
          repositories: Object.fromEntries(
            repositories
              .filter((one) => one.project === project.id)
              .map((one) => [
                one.name,
                {
                  ...entry(one),
                  deploys: one.deploys ? [environment.name] : [],
                  protected: protection(one),
                },
              ]),
          ),
        },
      ]),
    ),
    grants: life.given.map((one) => grantOf(one, life)),
    separation: [],
  };
}

const protection = ({ isProtected }: Repository): Record<string, Record<string, number>> =>
  isProtected ? { main: { approvals: 1 } } : {};

/** Beyond the day that any of these tests stands for. */
const until = "2027-02-01";

function grantOf({ team, person, can, ...on }: Given, life: Life): Grant {
  const capability = can === "deploy" ? `deploy:${life.environment.name}` : can;
  return {
    ...(team !== undefined && { team: nameOf(life.teams, team) }),
    ...(person !== undefined && { person: nameOf(life.people, person), until, reason: "Asked for" }),
    can: [capability],
    on: [targetOf(on, life)],
  };
}

/** A project's key, or a repository in its project. */
export function targetOf({ project, repository }: Pick<Given, "project" | "repository">, life: Life): string {
  if (repository === undefined) return nameOf(life.projects, project ?? -1);
  const at = life.repositories.find(({ id }) => id === repository);
  return `${nameOf(life.projects, at?.project ?? -1)}/${at?.name ?? ""}`;
}

export const person = (id: number): Person => ({
  id,
  name: `person-${id}`,
  shown: `Person ${id}`,
  email: addressOf(id),
  isPinned: id % 2 === 0,
});
export const addressOf = (id: number): string => `person-${id}@life.example`;

/** Somebody who comes. */
export function newPerson(life: Life): Person {
  const id = life.next++;
  const one = person(id);
  life.people.push(one);
  life.addresses[id] = one.email;
  return one;
}
