/** Which commits lie behind which, and what differs between two. Files are merged whole: there are no conflicts here. */
import type { Commit } from "./code";
import type { Repository } from "./entities";

type Files = Commit["files"];

/** Hashes of a commit and of all that came before it. */
export function ancestors({ commits }: Pick<Repository, "commits">, hash: string): ReadonlySet<string> {
  const parents = new Map(commits.map((each) => [each.hash, each.parents]));
  const found = new Set<string>();
  const open = [hash];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    open.push(...(parents.get(at) ?? []));
  }
  return found;
}

/** Commits that are behind one of the first and behind none of the others, the newest first. */
export function commitsOf(
  repository: Pick<Repository, "commits">,
  include: readonly string[],
  exclude: readonly string[],
): Commit[] {
  const all = (hashes: readonly string[]) =>
    new Set(hashes.flatMap((hash) => [...ancestors(repository, hash)]));
  const [there, not] = [all(include), all(exclude)];
  return repository.commits.filter(({ hash }) => there.has(hash) && !not.has(hash)).reverse();
}

/** The newest commit that is behind both; a child never comes before its parent in the list. */
export function mergeBase(
  { commits }: Pick<Repository, "commits">,
  a: string,
  b: string,
): Commit | undefined {
  const [one, other] = [ancestors({ commits }, a), ancestors({ commits }, b)];
  return commits.findLast(({ hash }) => one.has(hash) && other.has(hash));
}

export interface Change {
  readonly status: "added" | "modified" | "removed" | "renamed";
  /** Paths. */
  readonly old?: string;
  readonly new?: string;
}

/** What differs, by path. A file that is gone and one of the same text that is new are one that was renamed. */
export function changesBetween(from: Files, to: Files, renames: boolean): Change[] {
  const changes: Change[] = [];
  const gone = Object.keys(from).filter((path) => to[path] === undefined);
  for (const path of Object.keys(to)) {
    if (from[path] === to[path]) continue;
    const at = from[path] === undefined && renames ? gone.findIndex((old) => from[old] === to[path]) : -1;
    const [old] = at === -1 ? [] : gone.splice(at, 1);
    if (old !== undefined) changes.push({ status: "renamed", old, new: path });
    else if (from[path] === undefined) changes.push({ status: "added", new: path });
    else changes.push({ status: "modified", old: path, new: path });
  }
  changes.push(...gone.map((old) => ({ status: "removed" as const, old })));
  const name = (change: Change): string => change.new ?? change.old ?? "";
  return changes.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** The files of both sides; where both changed one, the source's. */
export function mergedFiles(repository: Repository, destination: Commit, source: Commit): Files {
  const base = mergeBase(repository, destination.hash, source.hash)?.files ?? {};
  const files: Record<string, string> = { ...destination.files };
  for (const path of new Set([...Object.keys(base), ...Object.keys(source.files)])) {
    const [before, after] = [base[path], source.files[path]];
    if (before === after) continue;
    if (after === undefined) Reflect.deleteProperty(files, path);
    else files[path] = after;
  }
  return files;
}
