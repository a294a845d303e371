/**
 * What stands in places that are about to be owned, entry by entry: who holds what, and what protects branches. What is not
 * declared goes, so somebody has to see it first.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { restrictionKey } from "@pulumi/bitbucket/resources/branch-restrictions";
import {
  capabilityOf,
  groupOf,
  permissions,
  restrictionsOf,
  targetOf,
  type Capability,
  type DesiredBitbucket,
  type Grant,
  type Holder,
  type Model,
  type Plan,
  type Subject,
  type Target,
} from "../../access";
import type { Reader } from "./reader";

type Entry = Readonly<Record<string, unknown>>;
export type Governed = NonNullable<DesiredBitbucket["governed"]>;

/** Places whose entries are read. */
export interface Owning {
  readonly permissions: ReadonlySet<Target>;
  readonly branches: ReadonlySet<Target>;
}

export interface FoundEntries {
  /** A line for each entry that would go, or become another. Example: `PAY/api: goran: admin would go`. */
  readonly lines: readonly string[];
  /** Every right there, as a grant, of whomever the file knows and of the others by their account. */
  readonly grants: readonly Grant[];
  /** What was not read, and why. */
  readonly unread: readonly string[];
}

/** What Bitbucket's word for a permission means. Undefined: it is none that is known. */
export function capabilityIn(permission: string): Capability | undefined {
  // Whoever may make repositories writes those that there are.
  const plain = permission === "create-repo" ? "write" : permissions.find((one) => one === permission);
  return plain && capabilityOf[plain];
}

/** @param most repositories that are read, at most */
export async function entriesFound(
  model: Model,
  governed: Governed,
  plan: Plan,
  owning: Owning,
  read: Reader,
  most: number,
): Promise<FoundEntries> {
  const lines: string[] = [];
  const grants: Grant[] = [];
  const unread: string[] = [];
  const attempt = async (place: Target, ask: () => Promise<void>): Promise<void> => {
    try {
      await ask();
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      unread.push(`who holds what on ${place}, and loses it: ${thrown.message}`);
    }
  };
  const permissionsOn = async (place: Target, holders: readonly Holder[]) => {
    for (const held of await holdersOn(place, read)) {
      const subject = subjectOf(held, model);
      const can = capabilityIn(held.permission);
      if (can) grants.push({ subject, can: [can], on: [place] });
      const declared = holders.find(
        ({ group, user }) => group === held.group && user === held.user,
      )?.permission;
      if (declared === held.permission) continue;
      const becomes = declared === undefined ? "would go" : `would become ${declared}`;
      lines.push(
        `${place}: ${subject.kind === "team" ? `team ${subject.name}` : subject.name}: ${held.permission} ${becomes}`,
      );
    }
  };
  for (const { key, holders } of governed.projects)
    if (owning.permissions.has(key)) await attempt(key, () => permissionsOn(key, holders));
  const touched = governed.repositories.filter(
    (one) => owning.permissions.has(targetOf(one)) || owning.branches.has(targetOf(one)),
  );
  for (const one of touched.slice(0, most)) {
    const place = targetOf(one);
    if (owning.permissions.has(place)) await attempt(place, () => permissionsOn(place, one.holders));
    if (owning.branches.has(place))
      await attempt(place, async () => {
        const declared = one.branches.flatMap((branch) => restrictionsOf(branch, plan));
        const found = await read.list(`${repository}/branch-restrictions`, { repo_slug: one.slug });
        lines.push(...branchLines(place, found, declared));
      });
  }
  const left = touched.length - Math.min(touched.length, most);
  if (left > 0) unread.push(`who holds what on ${left} more repositories, which a deploy looks at`);
  return { lines, grants, unread };
}

const project = "/workspaces/{workspace}/projects/{project_key}";
const repository = "/repositories/{workspace}/{repo_slug}";

interface Held {
  readonly group?: string;
  readonly user?: string;
  readonly name?: string;
  readonly permission: string;
}

/** Who holds what on a project, or on a repository itself. */
export async function holdersOn(place: Target, read: Reader): Promise<Held[]> {
  const [key = "", slug] = place.split("/");
  const [path, at] = slug === undefined ? [project, { project_key: key }] : [repository, { repo_slug: slug }];
  const list = (whose: string) => read.list(`${path}/permissions-config/${whose}`, at);
  return [...(await list("groups")), ...(await list("users"))].flatMap(
    ({ group, user, permission }): Held[] => {
      if (typeof permission !== "string" || permission === "none") return [];
      const { slug } = (group ?? {}) as { readonly slug?: string };
      const { uuid, display_name: name } = (user ?? {}) as {
        readonly uuid?: string;
        readonly display_name?: string;
      };
      if (slug !== undefined) return [{ group: slug, permission }];
      return uuid === undefined ? [] : [{ user: uuid, ...(name !== undefined && { name }), permission }];
    },
  );
}

/** Whom the file knows is called by it; others by their group, or by the name of their account. */
export function subjectOf({ group, user, name }: Held, { teams, people, agents }: Model): Subject {
  if (group !== undefined)
    return { kind: "team", name: teams.find((one) => groupOf(one) === group)?.name ?? `group ${group}` };
  const agent = agents.find(({ account }) => account === user);
  if (agent) return { kind: "agent", name: agent.name };
  const person = people.find(({ account }) => account !== undefined && account === user);
  return { kind: "person", name: person?.username ?? name ?? `account ${user ?? ""}` };
}

function branchLines(
  place: Target,
  found: readonly Entry[],
  declared: readonly { readonly kind: string; readonly pattern: string }[],
): string[] {
  const own = new Set(declared.map(restrictionKey));
  const called = ({ kind, branch_type: type, pattern }: Entry) =>
    restrictionKey({
      kind: String(kind),
      pattern: String(pattern),
      ...(typeof type === "string" && { branchType: type }),
    });
  return found
    .map(called)
    .filter((name) => !own.has(name))
    .map((name) => `${place}: branch restriction ${name} would go`);
}
