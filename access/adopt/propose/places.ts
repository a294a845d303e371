/**
 * Projects, and who holds what there, as entries of the file. A project of whose own permissions anything cannot be said exactly is
 * observed as a whole, and so are the branches of all its repositories where those of one cannot be said; a repository of whose
 * permissions something cannot be said is left out, and stays as it is. Pure.
 */
import { nameRules } from "../../file/nameRules";
import type { ProtectedBranch } from "../../model";
import { compare } from "../../problem";
import type { Permission, Plan } from "../../vocabulary";
import type { Found, FoundHolder, FoundProject, FoundRepository } from "../found";
import { protectionOf, type Protection } from "./branches";
import type { Finding } from "./findings";
import type { People } from "./people";
import { heldAt, isSameHolder, mergersOf, rank, rightsOf, type Right } from "./rights";
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
  const above = wordlessProject(project, known);
  const below = new Map(repositories.map((one) => [one.slug, wordlessRepository(one, project, known)]));
  const becomes = above.length > 0 ? "permissions and branches observed" : "left out of the file";
  findings.push(...[...above, ...[...below.values()].flat()].map((one): Finding => ({ ...one, becomes })));
  const observedWhole = above.length > 0;
  const named = observedWhole
    ? repositories
    : repositories.filter(({ slug }) => below.get(slug)?.length === 0);
  const protections = observedWhole ? undefined : protectionsOf(project, named, known, findings);
  return {
    key,
    name: project.name,
    observed: observedWhole ? ["permissions", "branches"] : protections === undefined ? ["branches"] : [],
    repositories: named.map(({ slug }) => ({ slug, branches: protections?.get(slug)?.branches ?? [] })),
    rights: rightsOf(project, named, protections),
  };
}

/** What of a project keeps it observed as a whole. */
function wordlessProject(project: FoundProject, known: Known): Wordless[] {
  const place = `project ${project.key}`;
  return [
    ...(project.unread?.includes("holders")
      ? [{ kind: "not read", place, found: "who holds something" }]
      : []),
    ...project.holders.flatMap((holder) => wordlessHolder(holder, place, known)),
  ];
}

/** What of a repository keeps it out of the file: it stays as it is then. */
function wordlessRepository(repository: FoundRepository, project: FoundProject, known: Known): Wordless[] {
  const place = `repository ${project.key}/${repository.slug}`;
  const parts = (repository.unread ?? []).filter((part) => part === "holders" || part === "restrictions");
  return [
    ...parts.map((part): Wordless => ({ kind: "not read", place, found: part })),
    ...repository.holders.flatMap((holder) => [
      ...wordlessHolder(holder, place, known),
      ...redundant(holder, project, place, known),
    ]),
  ];
}

type Wordless = Omit<Finding, "becomes">;

/** Of what the file has no words for. */
function wordlessHolder(
  { group, user, permission }: FoundHolder<Permission | "create-repo">,
  place: string,
  { people, teams }: Known,
): Wordless[] {
  const observed = (kind: string, found: string): Wordless[] => [{ kind, place, found }];
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
): Wordless[] {
  const above = project.holders.find((one) => isSameHolder(one, holder));
  if (above === undefined || rank(above.permission) < rank(holder.permission)) return [];
  const who = holder.group === undefined ? nameOf(holder.user ?? "", people) : `group ${holder.group}`;
  return [
    {
      kind: "entry that its project gives already",
      place,
      found: `${who}: ${holder.permission}, by project ${project.key} ${above.permission}`,
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
    const result = protectionOf(repository.restrictions, plan);
    if ("wordless" in result) {
      for (const { kind, found } of result.wordless) observed(kind, found);
      continue;
    }
    const weak = mergersOf(result.protection).filter(
      (one) => rank(heldAt(one, project, repository)) < rank("write"),
    );
    if (weak.length === 0) all.set(repository.slug, result.protection);
    for (const { group, user } of weak)
      observed("merger who may not write", group === undefined ? nameOf(user ?? "", people) : `team ${teams.bySlug.get(group)?.name ?? group}`); // prettier-ignore
  }
  return all.size === repositories.length ? all : undefined;
}
