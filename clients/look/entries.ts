/**
 * What stands in places that are about to be owned, entry by entry: who holds what, and what protects branches. What is not
 * declared goes, so somebody has to see it first.
 */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import {
  groupOf,
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
type Governed = NonNullable<DesiredBitbucket["governed"]>;

/** Places whose entries are read. */
export interface Owning {
  readonly permissions: ReadonlySet<Target>;
  readonly branches: ReadonlySet<Target>;
}

export interface Found {
  /** A line for each entry that would go, or become another. Example: `PAY/api: goran: admin would go`. */
  readonly lines: readonly string[];
  /** Every right there, as a grant, of whomever the file knows and of the others by their account. */
  readonly grants: readonly Grant[];
  /** What was not read, and why. */
  readonly unread: readonly string[];
}

/** What a permission means, by the strongest capability that it gives. */
export const capabilityOf: Readonly<Record<string, Capability>> = {
  read: "read",
  write: "trigger",
  "create-repo": "trigger",
  admin: "administer",
};

/** @param most repositories that are read, at most */
export async function entriesFound(
  model: Model,
  governed: Governed,
  plan: Plan,
  owning: Owning,
  read: Reader,
  most: number,
): Promise<Found> {
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
  const permissionsOn = async (
    place: Target,
    path: string,
    at: Record<string, string>,
    holders: readonly Holder[],
  ) => {
    const found = [...(await read.list(`${path}/groups`, at)), ...(await read.list(`${path}/users`, at))];
    for (const held of holdersIn(found)) {
      const subject = subjectOf(held, model);
      const can = capabilityOf[held.permission];
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
    if (owning.permissions.has(key))
      await attempt(key, () =>
        permissionsOn(key, `${project}/permissions-config`, { project_key: key }, holders),
      );
  const touched = governed.repositories.filter(
    (one) => owning.permissions.has(targetOf(one)) || owning.branches.has(targetOf(one)),
  );
  for (const one of touched.slice(0, most)) {
    const [place, at] = [targetOf(one), { repo_slug: one.slug }];
    if (owning.permissions.has(place))
      await attempt(place, () => permissionsOn(place, `${repository}/permissions-config`, at, one.holders));
    if (owning.branches.has(place))
      await attempt(place, async () => {
        const declared = one.branches.flatMap((branch) => restrictionsOf(branch, plan));
        lines.push(...branchLines(place, await read.list(`${repository}/branch-restrictions`, at), declared));
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

export function holdersIn(entries: readonly Entry[]): Held[] {
  return entries.flatMap(({ group, user, permission }): Held[] => {
    if (typeof permission !== "string" || permission === "none") return [];
    const { slug } = (group ?? {}) as { readonly slug?: string };
    const { uuid, display_name: name } = (user ?? {}) as {
      readonly uuid?: string;
      readonly display_name?: string;
    };
    if (slug !== undefined) return [{ group: slug, permission }];
    return uuid === undefined ? [] : [{ user: uuid, ...(name !== undefined && { name }), permission }];
  });
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
  const own = new Set(declared.map(({ kind, pattern }) => `${kind} on ${pattern}`));
  const called = ({ kind, branch_type: type, pattern }: Entry) =>
    `${String(kind)} on ${typeof type === "string" ? `${type} branches` : String(pattern)}`;
  return found
    .map(called)
    .filter((name) => !own.has(name))
    .map((name) => `${place}: branch restriction ${name} would go`);
}
