/**
 * What the patterns of `access.yaml` stood for when somebody last asked Bitbucket. A plan must not depend on what
 * happens to exist at that minute, and a pull request must show which repositories a pattern has come to mean: so
 * the answer is a file of its own, `access.lock.yaml`, which lies in Git and is read instead of the workspace.
 */
import { stringify } from "yaml";
import { z } from "zod";
import { accessFile, lockFile } from "../dataFiles";
import { problemsOf } from "./issues";
import { nameRules } from "./nameRules";
import { byExactness, isPattern, matches } from "./patterns";
import { Positions } from "./positions";
import { compare, type Problem } from "../problem";
import type { AccessFile } from "./schema";
import { shapes } from "./shapes";
import { readYaml } from "./source";

const resolveCommand = "npm run resolve -- <stack>";

export interface Lock {
  /** Slug of the workspace that was asked. */
  readonly workspace: string;
  /** By pattern: the projects, and what they are called. */
  readonly projects: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By `PROJECT/pattern`: the slugs. */
  readonly repositories: Readonly<Record<string, readonly string[]>>;
}

/** A project as the workspace has it. */
export interface Listed {
  readonly key: string;
  readonly name: string;
  readonly repositories: readonly string[];
}

/** The patterns of a file, each with the place it stands at. */
interface Patterns {
  readonly projects: readonly string[];
  /** By project, or by the pattern of projects that they stand under. */
  readonly repositories: readonly { readonly project: string; readonly pattern: string }[];
}

function patternsOf({ projects }: Pick<AccessFile, "projects">): Patterns {
  return {
    projects: Object.keys(projects).filter(isPattern),
    repositories: Object.entries(projects).flatMap(([project, { repositories }]) =>
      Object.keys(repositories)
        .filter(isPattern)
        .map((pattern) => ({ project, pattern })),
    ),
  };
}

/** What the patterns of a file stand for in a workspace that has these projects. Sorted, so that it only changes with them. */
export function resolvePatterns(
  file: Pick<AccessFile, "projects">,
  workspace: string,
  listed: readonly Listed[],
): Lock {
  const sorted = [...listed].sort((a, b) => compare(a.key, b.key));
  const patterns = patternsOf(file);
  const keysOf = (project: string) => sorted.filter(({ key }) => matches(project, key));
  return {
    workspace,
    projects: Object.fromEntries(
      patterns.projects.map((pattern) => [
        pattern,
        Object.fromEntries(keysOf(pattern).map(({ key, name }) => [key, name])),
      ]),
    ),
    repositories: Object.fromEntries(
      patterns.repositories.flatMap(({ project, pattern }) =>
        keysOf(project).map(({ key, repositories }) => [
          `${key}/${pattern}`,
          [...repositories].sort(compare).filter((slug) => matches(pattern, slug)),
        ]),
      ),
    ),
  };
}

/** The text of the lock file. */
export function renderLock(lock: Lock): string {
  return [
    "# What the patterns of access.yaml stand for. Written by `npm run resolve`: commit it, and do not edit it.",
    stringify(lock, { lineWidth: 110, flowCollectionPadding: true }),
  ].join("\n");
}

const { map, name } = shapes("strict");
const words = `what ${resolveCommand} writes`;
const schema = map({
  workspace: name(nameRules.workspace),
  projects: z.record(
    z.string(),
    z.record(z.string().regex(nameRules.project.pattern, words), z.string(words), words),
    words,
  ),
  repositories: z.record(
    z.string(),
    z.array(z.string(words).regex(nameRules.repository.pattern, words), words),
    words,
  ),
});

export type LockResult =
  | { readonly ok: true; readonly lock: Lock; readonly positions: Positions }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a lock file. Never throws. */
export function parseLock(text: string, file: string): LockResult {
  const { source, value, problems } = readYaml(text, file);
  const positions = new Positions(file, source);
  if (value === undefined || problems.length > 0) return { ok: false, problems };
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, lock: parsed.data, positions }
    : { ok: false, problems: problemsOf(parsed.error.issues, value, positions) };
}

/** What is wrong between a file and its lock: patterns that only one of the two has. */
export function lockProblems(
  file: Pick<AccessFile, "projects">,
  positions: Positions,
  lock: Extract<LockResult, { ok: true }> | undefined,
): Problem[] {
  const fix = `run "${resolveCommand}" and commit ${lockFile}`;
  const { projects, repositories } = patternsOf(file);
  const why =
    lock === undefined
      ? `without an ${lockFile} that says what it stands for`
      : `which ${lockFile} does not know`;
  const found = (pattern: string) => `the pattern "${pattern}", ${why}`;

  const wanted = repositories.flatMap(({ project, pattern }) =>
    keysOf(project, lock?.lock).map((key) => ({ project, pattern, entry: `${key}/${pattern}` })),
  );
  const missing = [
    ...projects
      .filter((pattern) => lock?.lock.projects[pattern] === undefined)
      .map((pattern) => ({ ...positions.at(["projects", pattern], "key"), found: found(pattern), fix })),
    ...wanted
      .filter(({ entry }) => lock?.lock.repositories[entry] === undefined)
      .map(({ project, pattern }) => ({
        ...positions.at(["projects", project, "repositories", pattern], "key"),
        found: found(pattern),
        fix,
      })),
  ];
  if (lock === undefined) return missing;
  const known = {
    projects: new Set(projects),
    repositories: new Set(wanted.map(({ entry }) => entry)),
  };
  const left = (["projects", "repositories"] as const).flatMap((part) =>
    Object.keys(lock.lock[part])
      .filter((pattern) => !known[part].has(pattern))
      .map((pattern) => ({
        ...lock.positions.at([part, pattern], "key"),
        found: `the pattern "${pattern}", which ${accessFile} does not have`,
        fix,
      })),
  );
  return [...missing, ...left];
}

/** The keys that an entry of `projects` stands for. */
function keysOf(project: string, lock: Lock | undefined): string[] {
  return isPattern(project) ? Object.keys(lock?.projects[project] ?? {}) : [project];
}

/** A project or repository of the file, with what is written about it, and under which key. */
export interface Resolved<V> {
  readonly name: string;
  readonly key: string;
  readonly entry: V;
  /** What the workspace calls it, where a pattern found it. */
  readonly title?: string;
}

/** The projects that a file declares, each once: the exact key wins, then the earlier pattern. */
export function resolvedProjects<V>(
  entries: Readonly<Record<string, V>>,
  lock: Lock | undefined,
): Resolved<V>[] {
  return resolved(entries, (pattern) => Object.entries(lock?.projects[pattern] ?? {}));
}

/** The repositories of one project, likewise. */
export function resolvedRepositories<V>(
  project: string,
  entries: Readonly<Record<string, V>>,
  lock: Lock | undefined,
): Resolved<V>[] {
  return resolved(entries, (pattern) =>
    (lock?.repositories[`${project}/${pattern}`] ?? []).map((slug): [string, undefined] => [slug, undefined]),
  );
}

function resolved<V>(
  entries: Readonly<Record<string, V>>,
  found: (pattern: string) => readonly [string, string | undefined][],
): Resolved<V>[] {
  const winners = new Map<string, Resolved<V>>();
  for (const [key, entry] of byExactness(entries)) {
    for (const [name, title] of isPattern(key) ? found(key) : [[key, undefined] as const]) {
      if (!winners.has(name)) winners.set(name, { name, key, entry, ...(title !== undefined && { title }) });
    }
  }
  return [...winners.values()];
}
