/**
 * Who can do what in the end. A grant says what somebody *should* be able to do; Bitbucket's permissions are
 * coarser than that, and whoever evaluates a separation of duties has to look at what it really allows.
 *
 * A company of any size has hundreds of thousands of these, and they differ little: repositories of one project that
 * deploy alike and are protected alike give the same people the same. So what follows from a set of grants is worked
 * out once for each such kind of repository, and the entries are made in their final order, without sorting.
 */
import { atHighestPlace } from "./highest";
import type { Entitlement, Grant, Model, Repository, Subject, Target } from "../model";
import { compare } from "../problem";
import { grouped, projectOf, subjectLabel, targetOf, Tree } from "../tree";
import { compareEnds, isActive } from "../until";
import {
  environmentOf,
  meaningOf,
  permissions,
  plainCapabilities,
  stronger,
  type Capability,
  type Permission,
} from "../vocabulary";

/** What follows for a subject, whatever the repository is called. */
export type Consequence = Omit<Entitlement, "subject" | "target">;

/** A grant as it reaches one subject: where it stands, and the way there. */
interface Reaching {
  readonly grant: Grant;
  readonly target: Target;
  /** From the subject up to the team that was granted it. */
  readonly way: readonly string[];
}

/**
 * Everything that teams, people and agents can do on each repository by the grants that are active, one entry for
 * each subject, capability and repository, sorted. Where several grants lead to the same, the entry tells of the
 * one that was granted rather than implied, lasts longest, and has the shortest path.
 */
export function entitlementsOf(model: Model, asOf: Date): Entitlement[] {
  const tree = new Tree(model);
  const grants = atHighestPlace(
    model.grants.filter((one) => isActive(one, asOf)),
    tree,
  );
  const bySubject = grouped(grants, ({ subject }) => subjectLabel(subject));
  const repositories = [...tree.repositories.values()]
    .map((repository) => ({ repository, target: targetOf(repository), alike: alikeOf(repository) }))
    .sort((a, b) => compare(a.target, b.target));

  return subjectsOf(tree, grants).flatMap((subject) => {
    const reaching = grouped(reachingOf(subject, bySubject, tree), ({ target }) => target);
    const known = new Map<string, Consequence[]>();
    return repositories.flatMap(({ repository, target, alike }) => {
      const [onProject, onIt] = [reaching.get(projectOf(target)), reaching.get(target)];
      if (onProject === undefined && onIt === undefined) return [];
      const kind = `${onIt === undefined ? repository.project : target}\n${alike}`;
      const consequences =
        known.get(kind) ?? consequencesOf([...(onProject ?? []), ...(onIt ?? [])], repository, tree);
      known.set(kind, consequences);
      return consequences.map((one): Entitlement => ({ subject, target, ...one }));
    });
  });
}

/**
 * The declared people whom a grant to a team reaches: its members and those of all teams below it, sorted. Teams
 * whose membership Keycloak owns add nobody here.
 */
export function peopleOf(model: Model, team: string): string[] {
  const tree = new Tree(model);
  const people = tree.withDescendants(team).flatMap((name) => tree.teams.get(name)?.members ?? []);
  return [...new Set(people)].sort(compare);
}

/** All teams, and who else is granted something, sorted. */
function subjectsOf(tree: Tree, grants: readonly Grant[]): Subject[] {
  const teams = [...tree.teams.keys()].map((name): Subject => ({ kind: "team", name }));
  const others = grants.flatMap(({ subject }) => (subject.kind === "team" ? [] : [subject]));
  const all = new Map([...teams, ...others].map((subject) => [subjectLabel(subject), subject]));
  return [...all].sort(([a], [b]) => compare(a, b)).map(([, { kind, name }]) => ({ kind, name }));
}

function reachingOf(
  subject: Subject,
  bySubject: ReadonlyMap<string, readonly Grant[]>,
  tree: Tree,
): Reaching[] {
  const above = subject.kind === "team" ? tree.ancestors(subject.name) : [];
  return [subject.name, ...above].flatMap((name, height) => {
    const way = [subject.name, ...above.slice(0, height)];
    const grants = bySubject.get(subjectLabel({ kind: subject.kind, name })) ?? [];
    return grants.flatMap((grant) => grant.on.map((target) => ({ grant, target, way })));
  });
}

/** The best of what several grants bring about on one repository, by capability, sorted. */
function consequencesOf(reaching: readonly Reaching[], repository: Repository, tree: Tree): Consequence[] {
  const best = new Map<Capability, Consequence>();
  for (const one of reaching.flatMap((each) => consequencesOfOne(each, repository, tree))) {
    const known = best.get(one.capability);
    if (known === undefined || preference(one, known) < 0) best.set(one.capability, one);
  }
  return [...best.values()].sort((a, b) => compare(a.capability, b.capability));
}

function consequencesOfOne(
  { grant, target, way }: Reaching,
  repository: Repository,
  tree: Tree,
): Consequence[] {
  const granted = grant.can.filter((capability) => appliesTo(capability, repository));
  const needed = grant.can.map((capability) => meaningOf(capability, tree.isRestricted).permission);
  const [first, ...others] = needed;
  if (first === undefined) return [];
  const permission = others.reduce<Permission>(stronger, first);

  const entry = (capability: Capability, kind: Consequence["kind"], why: readonly string[]): Consequence => ({
    capability,
    kind,
    path: [...way, target, permission, ...why],
    ...(grant.reason !== undefined && { reason: grant.reason }),
    ...(grant.until !== undefined && { until: grant.until }),
  });
  return [
    ...granted.map((capability) => entry(capability, "granted", gateOf(capability, repository))),
    ...capabilitiesOn(repository)
      .filter((capability) => !granted.includes(capability))
      .flatMap((capability) => {
        const why = implication(capability, permission, repository, tree);
        return why === undefined ? [] : [entry(capability, "implied", [why])];
      }),
  ];
}

/** Why Bitbucket lets whoever holds a permission do this without a grant; undefined if it does not. */
function implication(
  capability: Capability,
  permission: Permission,
  repository: Repository,
  tree: Tree,
): string | undefined {
  const { permission: needed, merges, environment } = meaningOf(capability, tree.isRestricted);
  if (permissions.indexOf(permission) < permissions.indexOf(needed)) return undefined;
  if (merges && repository.branches.length > 0) {
    return permission === "admin" ? "an administrator can lift the restriction" : undefined;
  }
  if (merges) return "no branch is protected";
  if (capability === "read" || capability === "administer") return `${permission} includes it`;
  if (environment === undefined) return "whoever may write may start builds";
  return tree.isRestricted(environment)
    ? `administrators deploy to ${environment}`
    : `${environment} is open to whoever may write`;
}

/** Besides the permission, what has to name somebody before they may merge. */
function gateOf(capability: Capability, { branches }: Repository): string[] {
  if (capability !== "merge" || branches.length === 0) return [];
  return [`restrict_merges ${patternsOf(branches).join(", ")}`];
}

function patternsOf(branches: Repository["branches"]): string[] {
  return branches.map(({ pattern }) => pattern).sort(compare);
}

function capabilitiesOn({ deploys }: Repository): Capability[] {
  return [...plainCapabilities, ...deploys.map((environment): Capability => `deploy:${environment}`)];
}

/** A project's grant to deploy says nothing about its repositories that do not deploy there. */
function appliesTo(capability: Capability, { deploys }: Repository): boolean {
  const environment = environmentOf(capability);
  return environment === undefined || deploys.includes(environment);
}

/** The same for repositories on which the same follows from the same grants. */
function alikeOf({ deploys, branches }: Repository): string {
  return JSON.stringify([deploys, patternsOf(branches)]);
}

/** Negative if the first of two ways to the same capability tells more. */
export function preference(a: Consequence, b: Consequence): number {
  return (
    compare(a.kind, b.kind) ||
    compareEnds(b.until, a.until) ||
    a.path.length - b.path.length ||
    compare([...a.path, a.reason].join("\n"), [...b.path, b.reason].join("\n"))
  );
}
