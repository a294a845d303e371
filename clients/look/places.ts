/**
 * Projects and repositories that are not where they are declared. Bitbucket answers 404 or, for a repository that was
 * renamed, 301 to whatever is asked of them; one in another project takes its permissions from that.
 */
import { runnerBranch, shown, type DesiredBitbucket, type Model, type Settings } from "../../access";
import type { Refusal, Words } from "./refusal";
import type { Seen } from "./workspace";

/** Slugs of all repositories that a stack declares something for, the runner's among them. */
export function declaredRepositories(desired: DesiredBitbucket, settings: Settings): ReadonlySet<string> {
  const { governed, deployments } = desired;
  const runner = runnerOf(desired, settings);
  return new Set([
    ...(governed?.repositories ?? []).map(({ slug }) => slug),
    ...deployments.map(({ repository }) => repository),
    ...(runner === undefined ? [] : [runner]),
  ]);
}

/** What the stack knows projects and repositories by: UUIDs by the names that they had when it was last brought up. */
export interface KnownPlaces {
  readonly projects: ReadonlyMap<string, string>;
  readonly repositories: ReadonlyMap<string, string>;
}

export interface Resource {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export function knownPlaces(resources: readonly Resource[]): KnownPlaces {
  const by = (type: string, name: string) =>
    new Map(
      resources
        .filter((one) => one.type === `bitbucket:index:${type}`)
        .map(({ inputs, outputs }) => [String(inputs?.[name]), String(outputs?.uuid)] as const),
    );
  return { projects: by("ProjectIdentity", "project"), repositories: by("RepositoryIdentity", "repository") };
}

/** The repository whose pipelines run by schedules of this stack. */
function runnerOf({ governed }: DesiredBitbucket, { rotation: { runner } }: Settings): string | undefined {
  return governed === undefined || runner === "none" ? undefined : runner;
}

const absentFrom = (workspace: string) => `which workspace ${workspace} has not, or this account may not see`;

export function projectRefusals(
  model: Model,
  { bitbucket: { workspace } }: Settings,
  projects: NonNullable<Seen["projects"]>,
  known: KnownPlaces,
  { projectKeys }: Pick<Seen, "projectKeys">,
): Refusal[] {
  return model.projects.flatMap(({ key, previously = "" }, index): Refusal[] => {
    const now = projectKeys?.get(known.projects.get(key) ?? known.projects.get(previously) ?? "");
    if (now !== undefined && now !== key) {
      const found = `project ${key}, whose key is ${now} now`;
      return [{ in: "access", at: ["projects", index], part: "key", found, fix: renamed(key, now) }];
    }
    if (projects.has(key)) return [];
    const found = `project ${key}, ${absentFrom(workspace)}`;
    const fix = "correct the key, or make the project in Bitbucket";
    return [{ in: "access", at: ["projects", index], part: "key", found, fix }];
  });
}

export function repositoryRefusals(
  model: Model,
  desired: DesiredBitbucket,
  settings: Settings,
  seen: Seen,
  known: KnownPlaces,
): Refusal[] {
  const { workspace } = settings.bitbucket;
  const declared = declaredRepositories(desired, settings);
  return model.repositories.flatMap(({ slug, project, previously = "" }, index): Refusal[] => {
    if (!declared.has(slug)) return [];
    const uuid = known.repositories.get(slug) ?? known.repositories.get(previously);
    const words =
      identityWords(slug, uuid, seen) ??
      addressWords(slug, workspace, seen) ??
      projectWords(slug, project, seen, known);
    return words === undefined ? [] : [{ in: "access", at: ["repositories", index], part: "key", ...words }];
  });
}

/** Schedules start pipelines of one branch. */
export function runnerRefusals(desired: DesiredBitbucket, settings: Settings, seen: Seen): Refusal[] {
  const runner = runnerOf(desired, settings);
  if (runner === undefined) return [];
  const words = addressWords(runner, settings.bitbucket.workspace, seen) ?? branchWords(runner, seen);
  return words === undefined ? [] : [{ in: "stack", at: ["rotation", "runner"], ...words }];
}

const renamed = (before: string, now: string) => `call it ${shown(now)} here, with "previously: ${before}"`;

/** Of a repository that the stack has: another name of it, and another repository under its name. */
function identityWords(
  slug: string,
  uuid: string | undefined,
  { repositories, elsewhere }: Seen,
): Words | undefined {
  if (repositories === undefined || uuid === undefined) return undefined;
  const there = repositories.get(slug);
  if (there?.uuid === uuid) return undefined;
  const [now] = [...repositories].find(([, one]) => one.uuid === uuid) ?? [];
  const other = there === undefined ? "" : ", while another repository has that name";
  if (now !== undefined)
    return { found: `repository ${slug}, which is called ${now} now${other}`, fix: renamed(slug, now) };
  if (there?.uuid === undefined || elsewhere.has(slug)) return undefined;
  return {
    found: `repository ${slug}, which is another one than the stack has: that is gone, and one was made anew under its name`,
    fix: "take it out and bring that up, then declare it again: only so does the new one get rights, variables and a pipeline's sign-in",
  };
}

function addressWords(slug: string, workspace: string, { elsewhere }: Seen): Words | undefined {
  if (!elsewhere.has(slug)) return undefined;
  const now = elsewhere.get(slug);
  if (now === undefined)
    return {
      found: `repository ${slug}, ${absentFrom(workspace)}`,
      fix: "correct the name, or make the repository in Bitbucket",
    };
  const [itsWorkspace = "", itsSlug = ""] = now.split("/");
  if (itsWorkspace !== workspace)
    return {
      found: `repository ${slug}, which is ${now} now, in another workspace`,
      fix: "take it out, or transfer it back",
    };
  if (itsSlug === slug) return undefined;
  return { found: `repository ${slug}, which is called ${itsSlug} now`, fix: `write ${shown(itsSlug)}` };
}

function projectWords(
  slug: string,
  project: string,
  { repositories, projectKeys }: Seen,
  known: KnownPlaces,
): Words | undefined {
  const now = repositories?.get(slug)?.project;
  // That a project has another key is said of the project.
  if (now === undefined || now === project || now === projectKeys?.get(known.projects.get(project) ?? ""))
    return undefined;
  return {
    found: `repository ${slug} in project ${project}, which is in project ${now}`,
    fix: `declare it under ${now}, or move it to ${project} in Bitbucket`,
  };
}

function branchWords(runner: string, { repositories }: Seen): Words | undefined {
  const there = repositories?.get(runner);
  if (there === undefined || there.mainBranch === runnerBranch) return undefined;
  const has =
    there.mainBranch === undefined
      ? "which has no branch yet"
      : `whose main branch is ${shown(there.mainBranch)}`;
  return {
    found: `repository ${runner}, ${has}`,
    allowed: `a repository whose main branch is ${shown(runnerBranch)}, which the schedules start`,
    fix: "rename its main branch, or name another repository, or none",
  };
}
