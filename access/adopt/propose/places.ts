/**
 * Projects, and who holds what there, as entries of the file. What cannot be said exactly keeps observed the smallest place that has
 * it: the permissions of a project alone, the permissions of one repository, or its branches. Pure.
 */
import { nameRules } from "../../file/nameRules";
import type { ProtectedBranch } from "../../model";
import { compare } from "../../problem";
import type { ObservedOfPlace, Permission, Plan } from "../../vocabulary";
import type { Found, FoundHolder, FoundProject, FoundRepository } from "../found";
import { protectionOf, type Protection } from "./branches";
import type { Finding } from "./findings";
import type { People } from "./people";
import { heldAt, isSameHolder, mergersOf, rank, rightsOf, type Holding, type Right } from "./rights";
import { nameOf, type ProposedTeams } from "./teams";

export interface ProposedProject {
  readonly key: string;
  readonly name: string;
  /** Of its own: what a repository observes, the repository says. */
  readonly observed: readonly ObservedOfPlace[];
  readonly repositories: readonly ProposedRepository[];
  /** Those that the file gives. */
  readonly rights: readonly Right[];
  /** All that were found there, owned or observed. */
  readonly found: readonly Right[];
}

export interface ProposedRepository {
  readonly slug: string;
  readonly branches: readonly ProtectedBranch[];
  /** Whoever says so, it or its project. */
  readonly observed: readonly ObservedOfPlace[];
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
  const { key, name } = project;
  const observing = (part: ObservedOfPlace, wordless: readonly Wordless[]) => {
    findings.push(...wordless.map((one): Finding => ({ ...one, becomes: `${part} observed` })));
    return wordless.length > 0;
  };
  const observed: ObservedOfPlace[] = observing("permissions", wordlessProject(project, known)) ? ["permissions"] : []; // prettier-ignore
  // What is observed is not in the file: there nothing follows from it.
  const declared = observed.length > 0 ? { ...project, holders: [] } : project;
  const owned = repositories.filter((one) => !observing("permissions", wordlessRepository(one, declared, known))); // prettier-ignore
  const protections = new Map<string, Protection>();
  const protect = (
    some: readonly FoundRepository[],
    isWordless: (repository: FoundRepository, protection: Protection) => readonly Wordless[],
  ) => {
    for (const one of some) {
      const found = protectionAt(one, known);
      const wordless = "wordless" in found ? found.wordless : isWordless(one, found.protection);
      if (!observing("branches", wordless) && "protection" in found)
        protections.set(one.slug, found.protection);
    }
  };
  protect(owned, (one, protection) => weakMergers(one, project, declared, protection, known));
  const rights = rightsOf(declared, owned, protections);
  const everywhere = rights.filter(({ can, on }) => on === key && can.includes("merge"));
  const others = repositories.filter((one) => !owned.includes(one));
  protect(others, (one, protection) => mergersApart(one, protection, everywhere));
  return {
    key,
    name,
    observed,
    repositories: repositories.map((one) => ({
      slug: one.slug,
      branches: protections.get(one.slug)?.branches ?? [],
      observed: [
        ...(owned.includes(one) ? [] : (["permissions"] as const)),
        ...(protections.has(one.slug) ? [] : (["branches"] as const)),
      ],
    })),
    rights,
    found: rightsOf(project, repositories, undefined),
  };
}

/** What protects the branches of a repository, as far as that was read and there are words for it. */
function protectionAt(
  repository: FoundRepository,
  { plan }: Known,
): { readonly protection: Protection } | { readonly wordless: readonly Wordless[] } {
  const place = placeOf(repository);
  if (repository.unread?.includes("restrictions"))
    return { wordless: [{ kind: "not read", place, found: "restrictions" }] };
  const found = protectionOf(repository.restrictions, plan);
  return "wordless" in found ? { wordless: found.wordless.map((each) => ({ ...each, place })) } : found;
}

const placeOf = ({ project, slug }: FoundRepository) => `repository ${project}/${slug}`;

/** What keeps the permissions of a project observed. */
function wordlessProject(project: FoundProject, known: Known): Wordless[] {
  const place = `project ${project.key}`;
  return [
    ...(project.unread?.includes("holders")
      ? [{ kind: "not read", place, found: "who holds something" }]
      : []),
    ...project.holders.flatMap((holder) => wordlessHolder(holder, place, known)),
  ];
}

/** What keeps the permissions of a repository observed. */
function wordlessRepository(repository: FoundRepository, project: FoundProject, known: Known): Wordless[] {
  const place = placeOf(repository);
  return [
    ...(repository.unread?.includes("holders")
      ? [{ kind: "not read", place, found: "who holds something" }]
      : []),
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

/** Whoever merges has to be granted something there, and is given it with that: so mergers who hold too little are left as they are. */
function weakMergers(
  repository: FoundRepository,
  project: FoundProject,
  declared: FoundProject,
  protection: Protection,
  { people, teams }: Known,
): Wordless[] {
  const writes = (one: Holding, above: FoundProject) => rank(heldAt(one, above, repository)) >= rank("write");
  return mergersOf(protection)
    .filter((one) => !writes(one, declared))
    .map((one) => ({
      kind: writes(one, project) ? "merger by an observed project alone" : "merger who may not write",
      place: placeOf(repository),
      found: one.group === undefined ? nameOf(one.user ?? "", people) : `team ${teams.bySlug.get(one.group)?.name ?? one.group}`, // prettier-ignore
    }));
}

/** Where nothing is granted, those merge who do so in the whole project, and nobody else. */
function mergersApart(
  repository: FoundRepository,
  protection: Protection,
  everywhere: readonly Right[],
): Wordless[] {
  const mergers = mergersOf(protection);
  const isSame =
    mergers.length === everywhere.length &&
    mergers.every((one) => everywhere.some(({ holder }) => isSameHolder(one, holder)));
  if (protection.branches.length === 0 || isSame) return [];
  return [
    {
      kind: "mergers where permissions are observed",
      place: placeOf(repository),
      found: protection.branches.map(({ pattern }) => pattern).join(", "),
    },
  ];
}
