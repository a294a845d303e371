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

/** The repository whose pipelines run by schedules of this stack. */
function runnerOf({ governed }: DesiredBitbucket, { rotation: { runner } }: Settings): string | undefined {
  return governed === undefined || runner === "none" ? undefined : runner;
}

const absentFrom = (workspace: string) => `which workspace ${workspace} has not, or this account may not see`;

export function projectRefusals(
  model: Model,
  { bitbucket: { workspace } }: Settings,
  projects: NonNullable<Seen["projects"]>,
): Refusal[] {
  return model.projects.flatMap(({ key }, index): Refusal[] => {
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
): Refusal[] {
  const { workspace } = settings.bitbucket;
  const declared = declaredRepositories(desired, settings);
  return model.repositories.flatMap(({ slug, project }, index): Refusal[] => {
    if (!declared.has(slug)) return [];
    const words = addressWords(slug, workspace, seen) ?? projectWords(slug, project, seen);
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

function projectWords(slug: string, project: string, { repositories }: Seen): Words | undefined {
  const now = repositories?.get(slug)?.project;
  if (now === undefined || now === project) return undefined;
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
