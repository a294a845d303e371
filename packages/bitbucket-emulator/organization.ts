/**
 * What an Atlassian organisation has to do with a workspace. Linked, it knows the same people; once the workspace's user
 * management was migrated, the workspace's groups are its groups, of which the workspace shows those that have the app.
 * What was written there can be seen a while later.
 */
import { type Group, type Organization, type OrganizationGroup, type State } from "./entities";
import { uuidOf } from "./identifiers";

/** Whether the workspace's people and groups are administered by an organisation. */
export function isMigrated({ workspace: { organization } }: State): boolean {
  return organization?.migrated === true;
}

/** All groups of the organisation, those that no search finds yet among them. */
export function organizationGroups(state: State): readonly OrganizationGroup[] {
  return [...(isMigrated(state) ? state.groups : []), ...(state.workspace.organization?.groups ?? [])];
}

/** Groups that were there before have an id as well: it follows from the slug. */
export function idOf({ id, slug }: Group): string {
  return id ?? uuidOf(`group ${slug}`).slice(1, -1);
}

/** As role assignments name the workspace. */
export function resourceOf({ workspace: { uuid } }: State): string {
  return `ari:cloud:bitbucket::workspace/${uuid.slice(1, -1)}`;
}

/** Carries out what is due: the workspace shows groups that were given the app, members come and go. */
export function settleOrganization(state: State, now: number): void {
  const { organization } = state.workspace;
  if (organization === undefined) return;
  for (const group of organizationGroups(state)) {
    for (const { account, add } of (group.changes ?? []).filter(({ due }) => due <= now)) {
      group.members = group.members.filter((member) => member !== account);
      if (add) group.members.push(account);
    }
    group.changes = group.changes?.filter(({ due }) => due > now);
  }
  if (organization.migrated) showGroups(state, organization, now);
}

function showGroups(state: State, organization: Organization, now: number): void {
  const isDue = ({ appDue }: OrganizationGroup) => appDue !== undefined && appDue <= now;
  for (const group of organization.groups.filter(isDue)) {
    const { name, members, externalSynced = false } = group;
    const slug = freeSlug(state, group.slug);
    state.groups.push({ slug, name, members, id: idOf(group), ...(externalSynced && { externalSynced }) });
  }
  organization.groups = organization.groups.filter((group) => !isDue(group));
}

/** Two names may make one slug. */
function freeSlug({ groups }: State, slug: string): string {
  const isTaken = (one: string) => groups.some((group) => group.slug === one);
  if (!isTaken(slug)) return slug;
  for (let number = 1; ; number++) if (!isTaken(`${slug}-${number}`)) return `${slug}-${number}`;
}
