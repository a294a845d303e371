/**
 * Bitbucket's groups of before. A group there cannot be renamed, so a team with another name gets another group: that one
 * has the grants and is filled before the old one goes, and until then the stack declares both.
 */
import type { DesiredBitbucket, DesiredBranch, Holder, Model, Settings, Team } from "./model";
import type { Finding } from "./checks/check";
import { sorted } from "./problem";
import { renamed, turned } from "./rights/called";
import { renameFindings } from "./rights/renames";
import { groupOf } from "./tree";

/** Slugs that the group of a team had before and that are still there, by the team's slug of now. */
export type FormerGroups = Readonly<Record<string, readonly string[]>>;

/** Of one group. A team may be called `constructor`, as what every object has. */
export function formerOf(former: FormerGroups | undefined, slug: string): readonly string[] {
  return former !== undefined && Object.hasOwn(former, slug) ? (former[slug] ?? []) : [];
}

type Declared = { readonly model: Model; readonly settings: Settings };
type Last = Declared & { readonly formerGroups?: FormerGroups };

/**
 * @param last what the stack was last brought up with
 * @param resources of its state
 */
export function formerGroupsOf(
  next: Declared,
  last: Last | undefined,
  resources: readonly { readonly type: string; readonly outputs?: Readonly<Record<string, unknown>> }[],
): FormerGroups {
  if (last === undefined || !governs(next, last)) return {};
  const slugs = new Set(next.model.teams.map(groupOf));
  const there = new Set(
    resources.flatMap(({ type, outputs }) => (type === "bitbucket:index:Group" ? [outputs?.slug] : [])),
  );
  const teamBefore = teamsBefore(next.model, last.model);
  const formers = next.model.teams.map((team): [string, string[]] => {
    const before = teamBefore(team);
    const earlier = before ? [...formerOf(last.formerGroups, groupOf(before)), groupOf(before)] : [];
    return [groupOf(team), sorted(earlier.filter((slug) => !slugs.has(slug) && there.has(slug)))];
  });
  return Object.fromEntries(formers.filter(([, slugs]) => slugs.length > 0));
}

/** All names that are to be taken and are not free yet. Places are those of the model. */
export function takenNames(next: Declared, last: Last | undefined): Finding[] {
  if (last === undefined) return [];
  return [...renameFindings(last.model, next.model), ...takenOverGroups(next, last)];
}

/**
 * Groups that another team would take over while their members are still those of the team before: until the next `sync`
 * these would have the rights of that team, and lack their own. Places are those of the model.
 */
export function takenOverGroups(next: Declared, last: Last | undefined): Finding[] {
  if (last === undefined || !governs(next, last)) return [];
  const holders = new Map<string, string>();
  for (const team of last.model.teams) {
    const slug = groupOf(team);
    for (const one of [slug, ...formerOf(last.formerGroups, slug)]) holders.set(one, team.name);
  }
  const teamBefore = teamsBefore(next.model, last.model);
  return next.model.teams.flatMap((team, index): Finding[] => {
    const holder = holders.get(groupOf(team));
    const isOwn = holder === undefined || holder === teamBefore(team)?.name;
    if (isOwn) return [];
    return [
      {
        at: ["teams", index],
        found: `the group ${groupOf(team)} in Bitbucket, which still has the members of team ${holder}`,
        allowed: "a group that is no other team's",
        fix: "deploy the new name of the other team first, and this one after that",
      },
    ];
  });
}

/** With each former group beside the one that takes its place. */
export function withFormerGroups(desired: DesiredBitbucket, former: FormerGroups): DesiredBitbucket {
  const { governed } = desired;
  if (governed === undefined || Object.keys(former).length === 0) return desired;
  const both = (groups: readonly string[]) =>
    sorted(new Set(groups.flatMap((group) => [group, ...formerOf(former, group)])));
  const held = (holders: readonly Holder[]): Holder[] =>
    holders.flatMap((holder) => [
      holder,
      ...formerOf(former, holder.group ?? "").map((group) => ({ ...holder, group })),
    ]);
  const guarded = (branch: DesiredBranch): DesiredBranch => ({
    ...branch,
    mergers: { ...branch.mergers, groups: both(branch.mergers.groups) },
  });
  return {
    ...desired,
    governed: {
      groups: both(governed.groups),
      projects: governed.projects.map((one) => ({ ...one, holders: held(one.holders) })),
      repositories: governed.repositories.map((one) => ({
        ...one,
        holders: held(one.holders),
        branches: one.branches.map(guarded),
      })),
    },
  };
}

/** Finds the team of before that is one and the same. */
function teamsBefore(next: Model, last: Model): (team: Team) => Team | undefined {
  const then = turned(renamed("teams", last, next));
  return ({ name }) => last.teams.find((team) => team.name === (then.get(name) ?? name));
}

/** Groups are those of one workspace, which the stack governed and governs. */
function governs({ settings: { bitbucket } }: Declared, last: Last): boolean {
  const { governing, workspace } = last.settings.bitbucket;
  return governing && bitbucket.governing && workspace === bitbucket.workspace;
}
