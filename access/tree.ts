/**
 * Answers about a model that several of its readers need: who is above and below a team, what a target holds.
 *
 * The tree of teams comes from the nesting of a YAML file, so it can have no cycle; a name that is used twice
 * (which is a problem of its own) counts where it comes first, and so cannot make one either.
 */
import type { Agent, Model, Person, Project, Repository, Subject, Target, Team } from "./model";
import { compare } from "./problem";
import { observable, type EnvironmentName, type ObservedOfPlace } from "./vocabulary";

export class Tree {
  readonly teams: ReadonlyMap<string, Team>;
  readonly people: ReadonlyMap<string, Person>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly projects: ReadonlyMap<string, Project>;
  /** By target, `PROJECT/slug`. */
  readonly repositories: ReadonlyMap<Target, Repository>;
  private readonly children = new Map<string, string[]>();
  private readonly ofProject = new Map<string, Repository[]>();
  private readonly restricted: ReadonlySet<EnvironmentName>;

  constructor(model: Model) {
    this.teams = firsts(model.teams, ({ name }) => name);
    this.people = firsts(model.people, ({ username }) => username);
    this.agents = firsts(model.agents, ({ name }) => name);
    this.projects = firsts(model.projects, ({ key }) => key);
    this.repositories = firsts(model.repositories, targetOf);
    this.restricted = new Set(model.environments.filter((e) => e.restricted).map((e) => e.name));
    const nested = [...this.teams.values()].filter(({ parent }) => parent !== undefined);
    for (const [parent, teams] of grouped(nested, (team) => team.parent ?? ""))
      this.children.set(
        parent,
        teams.map(({ name }) => name),
      );
    for (const key of this.projects.keys()) this.ofProject.set(key, []);
    for (const repository of this.repositories.values())
      this.ofProject.get(repository.project)?.push(repository);
  }

  /** The teams above a team, the nearest first. */
  ancestors(team: string): string[] {
    const parent = this.teams.get(team)?.parent;
    return parent === undefined ? [] : [parent, ...this.ancestors(parent)];
  }

  /** The team and all below it, parents first. */
  withDescendants(team: string): string[] {
    return [team, ...(this.children.get(team) ?? []).flatMap((child) => this.withDescendants(child))];
  }

  /** The subjects that a grant reaches: a team's descendants have what it has. */
  reach({ kind, name }: Subject): Subject[] {
    return kind === "team"
      ? this.withDescendants(name).map((team) => ({ kind, name: team }))
      : [{ kind, name }];
  }

  /** From a team up to the one above it that was granted something: `["payments-leads", "payments"]`. */
  pathUp(from: string, to: string): string[] {
    const above = this.ancestors(from);
    return from === to ? [from] : [from, ...above.slice(0, above.indexOf(to) + 1)];
  }

  /** Slug of the group in Bitbucket of a team by its name; the name of one that does not exist. */
  groupNamed(team: string): string {
    return groupOf(this.teams.get(team) ?? { name: team });
  }

  /** The repositories of a project, or the one repository; none for a target that does not exist. */
  repositoriesOf(target: Target): readonly Repository[] {
    const one = this.repositories.get(target);
    return one === undefined ? (this.ofProject.get(target) ?? []) : [one];
  }

  /** Whether something of a place is observed: what a repository says of itself counts before what its project says. */
  observes(place: Target, part: ObservedOfPlace): boolean {
    const { observed, owned } = this.repositories.get(place) ?? {};
    if (observed?.includes(part)) return true;
    return !owned?.includes(part) && (this.projects.get(projectOf(place))?.observed?.includes(part) ?? false);
  }

  /** All that is observed there, sorted. */
  observedAt(place: Target): ObservedOfPlace[] {
    return [...observable.place].sort(compare).filter((part) => this.observes(place, part));
  }

  /** Whether only administrators deploy to an environment. */
  readonly isRestricted = (environment: EnvironmentName): boolean => this.restricted.has(environment);
}

/** Example: `PAY/payments-api`. */
export function targetOf({ project, slug }: Pick<Repository, "project" | "slug">): Target {
  return `${project}/${slug}`;
}

/** The project of a target: `PAY` of `PAY` and of `PAY/payments-api`. */
export function projectOf(target: Target): string {
  return target.split("/", 1)[0] ?? target;
}

/** Slug of a team's group in Bitbucket: `mobile-devs` of the group `Mobile Devs`. */
export function groupOf(team: Pick<Team, "name" | "group">): string {
  const name = groupNameOf(team);
  if (/^[a-z0-9_-]+$/.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** What that group is called, as far as the file says: its name or its slug. */
export function groupNameOf({ name, group = name }: Pick<Team, "name" | "group">): string {
  return group;
}

/** Example: `team payments`. */
export function subjectLabel({ kind, name }: Subject): string {
  return `${kind} ${name}`;
}

/** Items by what they have in common, in their order. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

function firsts<T>(items: readonly T[], key: (item: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const item of items) if (!map.has(key(item))) map.set(key(item), item);
  return map;
}
