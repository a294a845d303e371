/**
 * Who can do what in the end. A grant says what somebody *should* be able to do; Bitbucket's permissions are
 * coarser than that, and whoever judges a separation of duties has to look at what it really allows.
 */
import type { Entitlement, Grant, Model, Repository, Subject, Target } from "./model";
import { compare } from "./problem";
import { isActive, subjectLabel, targetOf, Tree } from "./tree";
import {
  environmentOf,
  meaningOf,
  permissions,
  plainCapabilities,
  stronger,
  type Capability,
  type Permission,
} from "./vocabulary";

/**
 * Everything that teams, people and agents can do on each repository by the grants that are active, one entry for
 * each subject, capability and repository, sorted. Where several grants lead to the same, the entry tells of the
 * one that was granted rather than implied, lasts longest, and has the shortest path.
 */
export function entitlementsOf(model: Model, asOf: Date): Entitlement[] {
  const tree = new Tree(model);
  const best = new Map<string, Entitlement>();
  for (const grant of model.grants.filter((one) => isActive(one, asOf))) {
    for (const target of grant.on) {
      for (const repository of tree.repositoriesOf(target)) {
        for (const entitlement of consequences(grant, target, repository, tree)) {
          const key = keyOf(entitlement);
          const known = best.get(key);
          if (known === undefined || preference(entitlement, known) < 0) best.set(key, entitlement);
        }
      }
    }
  }
  return [...best].sort(([a], [b]) => compare(a, b)).map(([, entitlement]) => entitlement);
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

/** What one grant on one target brings about on one repository, for all whom it reaches. */
function consequences(grant: Grant, target: Target, repository: Repository, tree: Tree): Entitlement[] {
  const granted = grant.can.filter((capability) => appliesTo(capability, repository));
  const needed = grant.can.map((capability) => meaningOf(capability, tree.isRestricted).permission);
  const [first, ...others] = needed;
  if (first === undefined) return [];
  const permission = others.reduce<Permission>(stronger, first);

  return tree.reach(grant.subject).flatMap((subject) => {
    const way = [...wayTo(subject, grant.subject, tree), target, permission];
    const entry = (
      capability: Capability,
      kind: Entitlement["kind"],
      why: readonly string[],
    ): Entitlement => ({
      subject,
      capability,
      target: targetOf(repository),
      kind,
      path: [...way, ...why],
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
  });
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
  return [
    `restrict_merges ${branches
      .map(({ pattern }) => pattern)
      .sort(compare)
      .join(", ")}`,
  ];
}

function capabilitiesOn({ deploys }: Repository): Capability[] {
  return [...plainCapabilities, ...deploys.map((environment): Capability => `deploy:${environment}`)];
}

/** A project's grant to deploy says nothing about its repositories that do not deploy there. */
function appliesTo(capability: Capability, { deploys }: Repository): boolean {
  const environment = environmentOf(capability);
  return environment === undefined || deploys.includes(environment);
}

function wayTo(subject: Subject, granted: Subject, tree: Tree): string[] {
  return subject.kind === "team" ? tree.pathUp(subject.name, granted.name) : [subject.name];
}

function keyOf({ subject, target, capability }: Entitlement): string {
  return [subjectLabel(subject), target, capability].join("\n");
}

/** Negative if the first of two ways to the same capability tells more. */
function preference(a: Entitlement, b: Entitlement): number {
  const forever = "9999";
  return (
    compare(a.kind, b.kind) ||
    compare(b.until ?? forever, a.until ?? forever) ||
    a.path.length - b.path.length ||
    compare([...a.path, a.reason].join("\n"), [...b.path, b.reason].join("\n"))
  );
}
