/** Which commits lie behind which, and what differs between two. */
import type { Commit } from "./code";
import { commitAt, filesOf } from "./commits";
import type { Repository } from "./entities";
import type { Files } from "./git/trees";

/** A commit and all that came before it, by their hashes. */
export function ancestors(repository: Repository, hash: string): ReadonlyMap<string, Commit> {
  const found = new Map<string, Commit>();
  const open = [hash];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const commit = found.has(at) ? undefined : commitAt(repository, at);
    if (commit === undefined) continue;
    found.set(at, commit);
    open.push(...commit.parents);
  }
  return found;
}

/** Commits that are behind one of the first and behind none of the others, the newest first. */
export function commitsOf(
  repository: Repository,
  include: readonly string[],
  exclude: readonly string[],
): Commit[] {
  const all = (hashes: readonly string[]) =>
    new Map(hashes.flatMap((hash) => [...ancestors(repository, hash)]));
  const [there, not] = [all(include), all(exclude)];
  return [...newestFirst([...there.values()].filter(({ hash }) => !not.has(hash)))];
}

/** The newest commit that is behind both. */
export function mergeBase(repository: Repository, a: string, b: string): Commit | undefined {
  const other = ancestors(repository, b);
  const behindBoth = [...ancestors(repository, a).values()].filter(({ hash }) => other.has(hash));
  const { value } = newestFirst(behindBoth).next();
  return value;
}

/** By their moments, but never a parent before its child: clocks differ, and a second is long. */
function* newestFirst(commits: readonly Commit[]): Generator<Commit, undefined> {
  const left = new Map(commits.map((each) => [each.hash, each]));
  const children = new Map<string, number>();
  const count = (hash: string, by: number): void => {
    children.set(hash, (children.get(hash) ?? 0) + by);
  };
  for (const { parents } of commits) for (const parent of parents) count(parent, 1);
  while (left.size > 0) {
    const free = [...left.values()].filter(({ hash }) => (children.get(hash) ?? 0) === 0);
    const next = free.reduce((one, other) => (other.date > one.date ? other : one));
    yield next;
    left.delete(next.hash);
    for (const parent of next.parents) count(parent, -1);
  }
  return undefined;
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

/** The files of both sides as a list of changes would have them: where both changed one, the source's. */
export function mergedFiles(repository: Repository, destination: Commit, source: Commit): Files {
  const base = filesOf(repository, mergeBase(repository, destination.hash, source.hash));
  const theirs = filesOf(repository, source);
  const files: Record<string, string> = { ...filesOf(repository, destination) };
  for (const path of new Set([...Object.keys(base), ...Object.keys(theirs)])) {
    const [before, after] = [base[path], theirs[path]];
    if (before === after) continue;
    if (after === undefined) Reflect.deleteProperty(files, path);
    else files[path] = after;
  }
  return files;
}
