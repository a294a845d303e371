/**
 * What the two systems should hold so that the grants are true. Keycloak hands a team's roles down its tree by
 * itself; Bitbucket is flat, so there each team below a granted one is named in person.
 */
import { boundOf, credentialOf, isKeyless } from "./settings/credential";
import { atHighestPlace } from "./rights/highest";
import type {
  Desired,
  DesiredAgent,
  DesiredBitbucket,
  DesiredBranch,
  DesiredDeployment,
  DesiredGroup,
  DesiredKeycloak,
  Grant,
  Holder,
  Model,
  Project,
  Repository,
  Settings,
  Subject,
  Target,
} from "./model";
import { compare, sorted } from "./problem";
import { groupOf, subjectLabel, targetOf, Tree } from "./tree";
import { isActive } from "./until";
import { environmentOf, meaningOf, permissions, stronger, type Permission } from "./vocabulary";

/**
 * Compiles a valid model for one environment. The same input gives the same output, to the order of each list.
 *
 * @param asOf the moment that grants are evaluated at: an expired one compiles to nothing
 * @throws Error if a grant's holder has no Bitbucket account, which `validate` would have found
 */
export function compile(model: Model, settings: Settings, asOf: Date): Desired {
  const tree = new Tree(model);
  const grants = atHighestPlace(
    model.grants.filter((grant) => isActive(grant, asOf)),
    tree,
  );
  return {
    keycloak: compileKeycloak(model, tree, grants, settings),
    bitbucket: compileBitbucket(model, tree, grants, settings),
  };
}

function compileKeycloak(
  model: Model,
  tree: Tree,
  grants: readonly Grant[],
  settings: Settings,
): DesiredKeycloak {
  const { environment } = settings;
  const roles = new Map<string, Set<string>>();
  for (const { subject, can, on } of grants) {
    const here = can.filter((capability) => (environmentOf(capability) ?? environment) === environment);
    const verbs = here.map((capability) => meaningOf(capability, tree.isRestricted).role);
    const names = verbs.flatMap((verb) => on.map((target) => `${verb}:${target}`));
    roles.set(subjectLabel(subject), new Set([...(roles.get(subjectLabel(subject)) ?? []), ...names]));
  }
  const agents = compileAgents(tree, (name) => [...(roles.get(subjectLabel({ kind: "agent", name })) ?? [])]);
  const ofPipelines = deploymentsOf(model, tree, settings).map(({ role }) => role);
  const all = sorted(new Set([...ofPipelines, ...[...roles.values()].flatMap((names) => [...names])]));
  const rolesOf = (subject: Subject): string[] => sorted(roles.get(subjectLabel(subject)) ?? []);
  const place = (team: string): string =>
    tree
      .pathUp(team, tree.ancestors(team).at(-1) ?? team)
      .reverse()
      .join("/");
  return {
    roles: all,
    groups: [...tree.teams.values()]
      .sort((a, b) => compare(place(a.name), place(b.name)))
      .map((team): DesiredGroup => ({
        ...team,
        ...(team.members && { members: sorted(team.members) }),
        roles: rolesOf({ kind: "team", name: team.name }),
      })),
    people: [...tree.people.values()]
      .sort((a, b) => compare(a.username, b.username))
      .map((person) => ({ ...person, roles: rolesOf({ kind: "person", name: person.username }) })),
    agents,
    composites: compositesOf(all, new Set(agents.flatMap((agent) => agent.roles))),
  };
}

/** Those with keys of their own, and of them those who may do something here. */
function compileAgents(tree: Tree, rolesOf: (agent: string) => readonly string[]): DesiredAgent[] {
  return sorted(tree.agents.keys()).flatMap((name) => {
    const agent = tree.agents.get(name);
    const roles = sorted(rolesOf(name));
    if (agent?.jwks === undefined || roles.length === 0) return [];
    const { owner, description, tokenLife, jwks } = agent;
    return [{ name, owner, description, tokenLife, jwks, roles }];
  });
}

/** A right on a project holds the same right on its repositories, where one of the two is an agent's. */
function compositesOf(roles: readonly string[], agents: ReadonlySet<string>): Record<string, string[]> {
  const within = (role: string) => roles.filter((other) => other.startsWith(`${role}/`));
  const needed = (role: string) => within(role).filter((other) => agents.has(role) || agents.has(other));
  return Object.fromEntries(
    roles.map((role) => [role, needed(role)] as const).filter(([, held]) => held.length > 0),
  );
}

function compileBitbucket(
  model: Model,
  tree: Tree,
  grants: readonly Grant[],
  settings: Settings,
): DesiredBitbucket {
  const { governing } = settings.bitbucket;
  return {
    ...(governing && { governed: govern(tree, grants, repositoriesOf(tree)) }),
    deployments: deploymentsOf(model, tree, settings),
  };
}

/** The pipelines that deploy to the stack's environment. */
function deploymentsOf(model: Model, tree: Tree, settings: Settings): DesiredDeployment[] {
  const { environment } = settings;
  const declared = model.environments.find(({ name }) => name === environment);
  return repositoriesOf(tree).flatMap((repository): DesiredDeployment[] => {
    if (!declared || !repository.deploys.includes(environment)) return [];
    const { slug, project, owned } = repository;
    const { type, restricted } = declared;
    const credential = credentialOf(repository, settings);
    const role = `${meaningOf(`deploy:${environment}`, tree.isRestricted).role}:${targetOf(repository)}`;
    const bound = isKeyless(credential) ? boundOf(repository, environment, model) : {};
    const named = formerNames(repository, declared);
    const place = { repository: slug, project, environment, type, restricted };
    return [{ ...place, credential, role, ...(owned && { owned }), ...named, ...bound }];
  });
}

/** Every name but today's that a deployment may have had, whichever of the two was renamed first. */
function formerNames(
  { slug, previously: formerSlug }: Repository,
  { name, previously: formerName }: Model["environments"][number],
): Pick<DesiredDeployment, "formerNames"> {
  const [slugs, names] = [[slug, formerSlug].filter(isKnown), [name, formerName].filter(isKnown)];
  const [, ...former] = slugs.flatMap((one) => names.map((other) => `${one}.${other}`));
  return former.length > 0 ? { formerNames: former } : {};
}

const isKnown = (name: string | undefined): name is string => name !== undefined;

function formerly(one: { readonly previously?: string } | undefined): { previously?: string } {
  return one?.previously === undefined ? {} : { previously: one.previously };
}

function observedAt(place: Target, tree: Tree): Pick<Project, "observed"> {
  const observed = tree.observedAt(place);
  return observed.length === 0 ? {} : { observed };
}

function repositoriesOf(tree: Tree): Repository[] {
  return [...tree.repositories.values()].sort((a, b) => compare(targetOf(a), targetOf(b)));
}

function govern(
  tree: Tree,
  grants: readonly Grant[],
  repositories: readonly Repository[],
): NonNullable<DesiredBitbucket["governed"]> {
  const held = holdings(tree, grants);
  const heldOn = (target: Target) => held.get(target) ?? new Map<string, Holder>();
  return {
    groups: sorted([...tree.teams.values()].map(groupOf)),
    projects: sorted(tree.projects.keys()).map((key) => ({
      key,
      ...formerly(tree.projects.get(key)),
      ...observedAt(key, tree),
      holders: inOrder(heldOn(key)),
    })),
    repositories: repositories.map((repository) => {
      const { slug, project, branches } = repository;
      const target = targetOf(repository);
      const mergers = mergersOf(tree, grants, [project, target]);
      return {
        slug,
        project,
        ...formerly(repository),
        ...observedAt(target, tree),
        holders: inOrder(heldOn(target), heldOn(project)),
        branches: [...branches]
          .sort((a, b) => compare(a.pattern, b.pattern))
          .map((branch): DesiredBranch => ({ ...branch, mergers })),
      };
    }),
  };
}

/** By target and holder, the strongest permission that any grant at this very target gives. */
function holdings(tree: Tree, grants: readonly Grant[]): Map<Target, Map<string, Holder>> {
  const held = new Map<Target, Map<string, Holder>>();
  for (const { subject, can, on } of grants) {
    const needed = can.map((capability) => meaningOf(capability, tree.isRestricted).permission);
    const [first, ...others] = needed;
    if (first === undefined) continue;
    const permission = others.reduce<Permission>(stronger, first);
    const holders = tree.reach(subject).map((reached) => holderOf(reached, tree));
    for (const target of on) {
      const there = held.get(target) ?? new Map<string, Holder>();
      held.set(target, there);
      for (const holder of holders) {
        const before = there.get(keyOf(holder))?.permission ?? permission;
        there.set(keyOf(holder), { ...holder, permission: stronger(before, permission) });
      }
    }
  }
  return held;
}

/** Sorted, groups first; without those whom the project gives as much already. */
function inOrder(holders: ReadonlyMap<string, Holder>, project?: ReadonlyMap<string, Holder>): Holder[] {
  const rank = (holder?: Holder): number => (holder ? permissions.indexOf(holder.permission) : -1);
  return [...holders]
    .filter(([key, holder]) => rank(holder) > rank(project?.get(key)))
    .sort(([a], [b]) => compare(a, b))
    .map(([, holder]) => holder);
}

function mergersOf(
  tree: Tree,
  grants: readonly Grant[],
  targets: readonly Target[],
): DesiredBranch["mergers"] {
  const merging = grants.filter(
    ({ can, on }) =>
      can.some((capability) => meaningOf(capability, tree.isRestricted).merges) &&
      on.some((target) => targets.includes(target)),
  );
  const mergers = merging
    .flatMap(({ subject }) => tree.reach(subject))
    .map((reached) => holderOf(reached, tree));
  return {
    groups: sorted(new Set(mergers.flatMap(({ group }) => group ?? []))),
    users: sorted(new Set(mergers.flatMap(({ user }) => user ?? []))),
  };
}

function holderOf({ kind, name }: Subject, tree: Tree): Omit<Holder, "permission"> {
  if (kind === "team") return { group: tree.groupNamed(name) };
  const user = (kind === "person" ? tree.people : tree.agents).get(name)?.account;
  if (user === undefined)
    throw new Error(`${kind} ${name}: found no Bitbucket account; add "account" in access.yaml`);
  return { user };
}

function keyOf({ group, user }: Omit<Holder, "permission">): string {
  return group === undefined ? `user ${user ?? ""}` : `group ${group}`;
}
