/** Who may do what in a project and its repositories, entry by entry, in the words of the file. Pure. */
import { capabilityOf, permissions, type Capability, type Permission } from "../../vocabulary";
import type { FoundHolder, FoundProject, FoundRepository } from "../found";
import type { Protection } from "./branches";

/** A group by its slug or an account by its UUID. */
export type Holding = Pick<FoundHolder<Permission>, "group" | "user">;

/** Somebody may do something at one place. */
export interface Right {
  readonly holder: Holding;
  readonly can: readonly Capability[];
  /** Example: `APP` or `APP/android`. */
  readonly on: string;
}

/** Of a project whose permissions are owned. */
export function rightsOf(
  project: FoundProject,
  repositories: readonly FoundRepository[],
  protections: ReadonlyMap<string, Protection> | undefined,
): Right[] {
  const guarded = repositories.filter(({ slug }) => (protections?.get(slug)?.branches.length ?? 0) > 0);
  const merges = (holder: Holding, slug: string) =>
    mergersOf(protections?.get(slug)).some((one) => isSameHolder(one, holder));
  const everywhere = (holder: FoundHolder<Permission | "create-repo">) =>
    rank(holder.permission) >= rank("write") &&
    guarded.length > 0 &&
    guarded.every(({ slug }) => merges(holder, slug));
  const whole = project.holders.filter(everywhere);
  const isWhole = (holder: Holding) => whole.some((one) => isSameHolder(one, holder));
  const here = project.holders.map((holder) => right(holder, project.key, isWhole(holder)));
  const below = repositories.flatMap((repository): Right[] => {
    const { slug, holders } = repository;
    const on = `${project.key}/${slug}`;
    const own = holders.map((holder) => right(holder, on, merges(holder, slug) && !isWhole(holder)));
    const rest = mergersOf(protections?.get(slug)).filter(
      (one) => !isWhole(one) && !holders.some((holder) => isSameHolder(holder, one)),
    );
    return [...own, ...rest.map((holder): Right => ({ holder, can: ["merge"], on }))];
  });
  return [...here, ...below];
}

/** Who may merge, one by one. */
export function mergersOf(protection: Protection | undefined): Holding[] {
  const { groups = [], users = [] } = protection?.mergers ?? {};
  return [...groups.map((group) => ({ group })), ...users.map((user) => ({ user }))];
}

/** `merge` says `trigger`, too. */
function right(holder: FoundHolder<Permission | "create-repo">, on: string, merges: boolean): Right {
  const { group, user, permission } = holder;
  const capability = capabilityOf[permission as Permission];
  const can: Capability[] = !merges ? [capability] : permission === "admin" ? ["merge", "administer"] : ["trigger", "merge"]; // prettier-ignore
  return { holder: { ...(group !== undefined && { group }), ...(user !== undefined && { user }) }, can, on };
}

/** The most that somebody holds on a repository, of their own and by its project. */
export function heldAt(
  holder: Holding,
  project: FoundProject,
  { holders }: FoundRepository,
): string | undefined {
  const here = [...holders, ...project.holders].filter((one) => isSameHolder(one, holder));
  return here.map(({ permission }) => permission).sort((a, b) => rank(b) - rank(a))[0];
}

export const isSameHolder = (one: Holding, other: Holding) =>
  one.group === other.group && one.user === other.user;
export const rank = (permission: string | undefined) => permissions.indexOf(permission as Permission);
