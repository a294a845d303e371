/**
 * Projects, and who holds what there, as entries of the file. A project of which anything cannot be said exactly is observed
 * as a whole: its permissions, or the branches of its repositories, stay as they are. Pure.
 */
import { nameRules } from "../../file/nameRules";
import type { ProtectedBranch } from "../../model";
import { compare } from "../../problem";
import type { Permission, Plan } from "../../vocabulary";
import type { Found, FoundHolder, FoundProject, FoundRepository } from "../found";
import { protectionOf, type Protection } from "./branches";
import type { Finding } from "./findings";
import type { People } from "./people";
import { heldAt, isSameHolder, rank, rightsOf, type Holding, type Right } from "./rights";
import { nameOf, type ProposedTeams } from "./teams";

export interface ProposedProject {
  readonly key: string;
  readonly name: string;
  readonly observed: readonly ("permissions" | "branches")[];
  readonly repositories: readonly { readonly slug: string; readonly branches: readonly ProtectedBranch[] }[];
  readonly rights: readonly Right[];
}

export interface ProposedProjects {
  readonly projects: readonly ProposedProject[];
  readonly findings: readonly Finding[];
}

interface Known {
  readonly people: People;
  readonly teams: ProposedTeams;
  readonly plan: Plan;
}

export function proposeProjects({ workspace }: Pick<Found, "workspace">, known: Known): ProposedProjects {
  const findings: Finding[] = [];
  const leftOut = (place: string, found: string) =>
    findings.push({ kind: "name that the file cannot write", place, found, becomes: "left alone" });
  const projects = [...workspace.projects]
    .sort((a, b) => compare(a.key, b.key))
    .flatMap((project) => {
      if (!isLegal(project.key, nameRules.project)) {
        leftOut(`project ${project.key}`, project.name);
        return [];
      }
      const all = workspace.repositories.filter((one) => one.project === project.key);
      const repositories = all.filter(({ slug }) => isLegal(slug, nameRules.repository));
      for (const { slug } of all) if (!isLegal(slug, nameRules.repository)) leftOut(`repository ${project.key}/${slug}`, slug); // prettier-ignore
      return [
        projectOf(
          project,
          [...repositories].sort((a, b) => compare(a.slug, b.slug)),
          known,
          findings,
        ),
      ];
    });
  return { projects, findings };
}

function isLegal(
  name: string,
  { pattern, longest }: { readonly pattern: RegExp; readonly longest: number },
): boolean {
  return pattern.test(name) && name.length <= longest;
}

function projectOf(
  project: FoundProject,
  repositories: readonly FoundRepository[],
  known: Known,
  findings: Finding[],
): ProposedProject {
  const { key } = project;
  const unread = (place: string, what: string): Finding => ({ kind: "not read", place, found: what, becomes: "permissions and branches observed" }); // prettier-ignore
  const wordless = [
    ...(project.unread?.includes("holders") ? [unread(`project ${key}`, "who holds something")] : []),
    ...repositories.flatMap(({ slug, unread: parts = [] }) =>
      parts.includes("holders") ? [unread(`repository ${key}/${slug}`, "who holds something")] : [],
    ),
    ...project.holders.flatMap((holder) => wordlessHolder(holder, `project ${key}`, known)),
    ...repositories.flatMap((one) =>
      one.holders.flatMap((holder) => [
        ...wordlessHolder(holder, `repository ${key}/${one.slug}`, known),
        ...redundant(holder, project, `repository ${key}/${one.slug}`, known),
      ]),
    ),
  ];
  const permissionsObserved = wordless.length > 0;
  findings.push(...wordless);
  const protections = permissionsObserved ? undefined : protectionsOf(project, repositories, known, findings);
  return {
    key,
    name: project.name,
    observed: permissionsObserved
      ? ["permissions", "branches"]
      : protections === undefined
        ? ["branches"]
        : [],
    repositories: repositories.map(({ slug }) => ({
      slug,
      branches: protections?.get(slug)?.branches ?? [],
    })),
    rights: rightsOf(project, repositories, protections),
  };
}

/** Of what the file has no words for. */
function wordlessHolder(
  { group, user, permission }: FoundHolder<Permission | "create-repo">,
  place: string,
  { people, teams }: Known,
): Finding[] {
  const observed = (kind: string, found: string): Finding[] => [
    { kind, place, found, becomes: "permissions and branches observed" },
  ];
  if (permission === "create-repo")
    return observed("right to create repositories", group === undefined ? nameOf(user ?? "", people) : `group ${group}`); // prettier-ignore
  if (group !== undefined && !teams.bySlug.has(group))
    return observed("group without a team", `group ${group}: ${permission}`);
  if (user === undefined || people.byAccount.has(user)) return [];
  const stranger = people.strangers.get(user);
  if (permission === "admin")
    return observed("administrator whom the realm does not have", `${nameOf(user, people)}: ${stranger?.why ?? "not a member"}`); // prettier-ignore
  return nameRules.account.pattern.test(user)
    ? []
    : observed("account that the file cannot write", nameOf(user, people));
}

/** What the project gives as much already: the file says it once, and the entry would go. */
function redundant(
  holder: FoundHolder<Permission>,
  project: FoundProject,
  place: string,
  { people }: Known,
): Finding[] {
  const above = project.holders.find((one) => isSameHolder(one, holder));
  if (above === undefined || rank(above.permission) < rank(holder.permission)) return [];
  const who = holder.group === undefined ? nameOf(holder.user ?? "", people) : `group ${holder.group}`;
  return [
    {
      kind: "entry that its project gives already",
      place,
      found: `${who}: ${holder.permission}, by project ${project.key} ${above.permission}`,
      becomes: "permissions and branches observed",
    },
  ];
}

/** By slug; undefined where those of one of them cannot be said. */
function protectionsOf(
  project: FoundProject,
  repositories: readonly FoundRepository[],
  { plan, people, teams }: Known,
  findings: Finding[],
): ReadonlyMap<string, Protection> | undefined {
  const all = new Map<string, Protection>();
  for (const repository of repositories) {
    const place = `repository ${project.key}/${repository.slug}`;
    const observed = (kind: string, found: string) =>
      findings.push({ kind, place, found, becomes: "branches observed" });
    if (repository.unread?.includes("restrictions")) {
      observed("not read", "branch restrictions");
      continue;
    }
    const result = protectionOf(repository.restrictions, plan);
    if ("wordless" in result) {
      for (const { kind, found } of result.wordless) observed(kind, found);
      continue;
    }
    const { groups, users } = result.protection.mergers;
    const weak = [...groups.map((group) => ({ group })), ...users.map((user) => ({ user }))].filter(
      (one) => rank(heldAt(one, project, repository)) < rank("write"),
    );
    if (weak.length === 0) all.set(repository.slug, result.protection);
    for (const { group, user } of weak as Holding[])
      observed("merger who may not write", group === undefined ? nameOf(user ?? "", people) : `team ${teams.bySlug.get(group)?.name ?? group}`); // prettier-ignore
  }
  return all.size === repositories.length ? all : undefined;
}
