/**
 * What everybody could do on each repository once a file is deployed, against what Bitbucket itself says that they can do now:
 * the proof that adopting gives nobody anything and takes nothing from anybody. Pure.
 *
 * What is observed stays as it stands: there the rights are those that were found, through the groups as they will be.
 */
import type { Model, Target } from "../model";
import { compare } from "../problem";
import { entitlementsOf } from "../rights/entitlements";
import { groupOf, grouped, targetOf, Tree } from "../tree";
import { capabilityOf, permissions, stronger, type Capability, type Permission } from "../vocabulary";
import { accountsByUser, membersIn } from "./members";
import type { Found, FoundHolder, FoundRepository } from "./found";

interface RightsDifference {
  /** UUID of the account. */
  readonly account: string;
  /** What the account is shown as. */
  readonly name: string;
  /** Example: `PAY/payments-api`. */
  readonly target: Target;
  /** By Bitbucket's own answer. Undefined: nothing. */
  readonly now: Permission | undefined;
  /** By the file. Undefined: nothing. */
  readonly then: Permission | undefined;
}

export interface RightsCompared {
  /** Sorted by name, then by repository. */
  readonly differences: readonly RightsDifference[];
  /** Rights that were compared: of one account on one repository, by either side. */
  readonly compared: number;
  /** Accounts that have any of them. */
  readonly people: number;
  /** Repositories of which Bitbucket's answer, or what is held on them, was not read. */
  readonly unread: readonly Target[];
}

/** @param asOf the moment that grants are evaluated at */
export function compareRights(model: Model, found: Found, asOf: Date): RightsCompared {
  const { accounts, repositories } = found.workspace;
  const world = new World(model, found, asOf);
  const unread: Target[] = [];
  const differences: RightsDifference[] = [];
  const people = new Set<string>();
  let compared = 0;
  for (const repository of repositories) {
    const target = targetOf(repository);
    const then = repository.effective && world.rightsOn(repository);
    if (repository.effective === undefined || then === undefined) {
      unread.push(target);
      continue;
    }
    const now = new Map(
      repository.effective.map(({ user, permission }) => [user, asRepositorys(permission)]),
    );
    for (const account of new Set([...now.keys(), ...then.keys()])) {
      compared++;
      people.add(account);
      const [before, after] = [now.get(account), then.get(account)];
      if (before === after) continue;
      const { name = account } = accounts.find(({ uuid }) => uuid === account) ?? {};
      differences.push({ account, name, target, now: before, then: after });
    }
  }
  differences.sort(
    (a, b) => compare(a.name, b.name) || compare(a.account, b.account) || compare(a.target, b.target),
  );
  return { differences, compared, people: people.size, unread };
}

/** A right to make repositories writes those that there are. */
const asRepositorys = (permission: Permission | "create-repo"): Permission =>
  permission === "create-repo" ? "write" : permission;

/** Both systems as they would be. */
class World {
  private readonly members: ReadonlySet<string>;
  private readonly administrators: readonly string[];
  /** Accounts by the slug of a group. */
  private readonly groups: ReadonlyMap<string, readonly string[]>;
  /** By repository. */
  private readonly declared: ReadonlyMap<Target, readonly FoundHolder<Permission>[]>;
  private readonly tree: Tree;

  constructor(
    private readonly model: Model,
    private readonly found: Found,
    asOf: Date,
  ) {
    const { accounts, groups } = found.workspace;
    this.tree = new Tree(model);
    this.members = new Set(
      accounts.flatMap(({ uuid, membership }) => (membership === undefined ? [] : [uuid])),
    );
    this.administrators = accounts.flatMap(({ uuid, membership }) => (membership === "owner" ? [uuid] : []));
    const whose = accountsByUser(model, found);
    const membersOf = membersIn(model, found);
    const owned = model.teams
      .filter(({ observed }) => !observed?.includes("members"))
      .map((team) => [groupOf(team), membersOf(team.name).flatMap((user) => whose.get(user) ?? [])] as const);
    this.groups = new Map([...groups.map(({ slug, members }) => [slug, members] as const), ...owned]);
    this.declared = declaredHolders(withUnlisted(model, found), whose, asOf);
  }

  /** By account. @returns undefined where it is not known what is held there */
  rightsOn(repository: FoundRepository): ReadonlyMap<string, Permission> | undefined {
    const holders = this.holdersOf(repository);
    if (holders === undefined) return undefined;
    const rights = new Map<string, Permission>(this.administrators.map((account) => [account, "admin"]));
    for (const { group, user, permission } of holders)
      for (const account of group === undefined ? [user ?? ""] : (this.groups.get(group) ?? [])) {
        if (!this.members.has(account)) continue;
        const known = rights.get(account);
        const right = asRepositorys(permission);
        rights.set(account, known === undefined ? right : stronger(known, right));
      }
    return rights;
  }

  private holdersOf(
    repository: FoundRepository,
  ): readonly FoundHolder<Permission | "create-repo">[] | undefined {
    const { project, unread } = repository;
    const target = targetOf(repository);
    const owns = (place: Target, isListed: boolean) => isListed && !this.tree.observes(place, "permissions");
    // Of what the file does not own, or does not name, what is held there stays.
    const above = this.found.workspace.projects.find(({ key }) => key === project);
    const byProject = owns(project, this.tree.projects.has(project)) ? [] : above?.unread?.includes("holders") ? undefined : above?.holders; // prettier-ignore
    const own = owns(target, this.tree.repositories.has(target)) ? [] : unread?.includes("holders") ? undefined : repository.holders; // prettier-ignore
    return byProject && own && [...(this.declared.get(target) ?? []), ...byProject, ...own];
  }
}

interface Held {
  readonly target: Target;
  readonly holder: FoundHolder<Permission>;
}

/** Grants on a project reach what is in it, named or not. */
function withUnlisted(model: Model, { workspace }: Found): Model {
  const listed = new Set(model.repositories.map(targetOf));
  const others = workspace.repositories.filter((one) => !listed.has(targetOf(one)));
  const unlisted = others.map(({ slug, project }) => ({ slug, project, deploys: [], branches: [] }));
  return { ...model, repositories: [...model.repositories, ...unlisted] };
}

/** By repository, whom the grants name in the end, and the permission that goes with what they can do. */
function declaredHolders(
  model: Model,
  whose: ReadonlyMap<string, string>,
  asOf: Date,
): ReadonlyMap<Target, readonly FoundHolder<Permission>[]> {
  const tree = new Tree(model);
  const agents = new Map(model.agents.map(({ name, account }) => [name, account]));
  const permissionOf = new Map<Capability, Permission>(permissions.map((one) => [capabilityOf[one], one]));
  const holders = entitlementsOf(model, asOf).flatMap(({ subject, capability, target }): Held[] => {
    const permission = permissionOf.get(capability);
    if (permission === undefined) return [];
    if (subject.kind === "team")
      return [{ target, holder: { group: tree.groupNamed(subject.name), permission } }];
    const user = subject.kind === "agent" ? agents.get(subject.name) : whose.get(subject.name);
    return user === undefined ? [] : [{ target, holder: { user, permission } }];
  });
  return new Map(
    [...grouped(holders, ({ target }) => target)].map(([target, all]) => [
      target,
      all.map(({ holder }) => holder),
    ]),
  );
}
